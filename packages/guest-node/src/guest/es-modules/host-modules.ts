import type { SourceListing } from "@vivarium/core";
import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule } from "../../native/native-module-wrap.ts";
import type { GuestCore } from "../guest.ts";
import type { HostModules } from "../modules/host-modules.ts";
import { ArrayPrototypePush, dictionary } from "../past-prototypes.ts";
import { ObjectKeys, ReflectOwnKeys } from "../primordial.ts";
import type { ModulePlace } from "./module-place.ts";
import { readModuleText } from "./module-text.ts";
import { providedModule } from "./provided-modules.ts";

/** Where whoever imports it finds a module of the host's; undefined where there is none of that name. */
export function hostModulePlace(
  guest: GuestCore,
  modules: HostModules,
  specifier: string,
  referrer: string,
): ModulePlace | undefined {
  const number = providedModule(modules, specifier, referrer);
  if (number === undefined) return undefined;
  const opened = modules.open(number, specifier);
  return opened.kind === "source"
    ? sourcePlace(guest, opened.listing)
    : exportsPlace(guest, opened.exports, number, specifier);
}

function sourcePlace({ calls, native: { moduleWrap } }: GuestCore, { source, filePath }: SourceListing): ModulePlace {
  return {
    key: filePath,
    open(taker) {
      const text = readModuleText(calls, source, filePath);
      taker.made(moduleWrap.createSourceTextModule(filePath, undefined, text).handle);
    },
  };
}

function exportsPlace(
  { native: { moduleWrap } }: GuestCore,
  exports: object,
  number: number,
  specifier: string,
): ModulePlace {
  return {
    // Different modules may be of one name, each for its own importers.
    key: `${number} ${specifier}`,
    open(taker) {
      taker.made(syntheticModule(moduleWrap, specifier, withDefault(exports as Record<string, unknown>)));
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
