import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule } from "../../native/native-module-wrap.ts";
import { ArrayPrototypePush, dictionary } from "../past-prototypes.ts";
import { ObjectKeys, ReflectOwnKeys } from "../primordial.ts";
import type { ModulePlace } from "./module-place.ts";

/** The exports of the host's module of that name, by their names; undefined: there is none. */
export type ResolveHostModule = (specifier: string) => object | undefined;

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
      const exports = withDefault(exported as Record<string, unknown>);
      taker.made(syntheticModule(moduleWrap, specifier, exports));
    },
  };
}

/** The module as a whole is its default export. */
function withDefault(exported: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const exports = dictionary<unknown>();
  const keys = ObjectKeys(exported);
  for (let index = 0; index < keys.length; index++) exports[keys[index] as string] = exported[keys[index] as string];
  exports["default"] = exported;
  return exports;
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
