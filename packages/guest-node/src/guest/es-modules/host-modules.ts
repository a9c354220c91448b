import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule } from "../../native/native-module-wrap.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ReflectOwnKeys } from "../primordial.ts";
import type { ModulePlace } from "./module-place.ts";

/** The exports of the host's module of that name, by their names; undefined: there is none. */
export type ResolveHostModule = (specifier: string) => object | undefined;

/** No host has given any. */
export const noHostModules: ResolveHostModule = () => undefined;

/** Where a guest that sees nothing of Node finds a module of its host's; undefined where there is none of that name. */
export function hostModulePlace(
  { moduleWrap }: Pick<NativeHelper, "moduleWrap">,
  resolveHostModule: ResolveHostModule,
  specifier: string,
): ModulePlace | undefined {
  const exported = resolveHostModule(specifier);
  if (exported === undefined) return undefined;
  return {
    key: specifier,
    open(taker) {
      taker.made(syntheticModule(moduleWrap, specifier, exported as Record<string, unknown>));
    },
  };
}

/** A module record with these exports. */
export function syntheticModule(
  moduleWrap: NativeHelper["moduleWrap"],
  name: string,
  exported: Readonly<Record<string, unknown>>,
): NativeModule {
  const names: string[] = [];
  const keys = ReflectOwnKeys(exported);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (typeof key === "string") ArrayPrototypePush(names, key);
  }
  const { handle } = moduleWrap.createSyntheticModule(name, undefined, names, () => {
    for (let index = 0; index < names.length; index++) {
      const key = names[index] as string;
      moduleWrap.setExport(handle, key, exported[key]);
    }
  });
  return handle;
}
