import { openNativeHelper } from "./open-native-helper.ts";

/**
 * Loads what the native helper has for Node itself, into whichever thread asks.
 *
 * @param names all that is wanted of it
 * @param files where the native helper may be, for a process that may not look for it
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`, also where none has all of them
 */
export function openControls<Controls extends object>(
  names: readonly (keyof Controls & string)[],
  files?: Iterable<string>,
): Controls {
  return openNativeHelper((file) => {
    const controls = controlsOf<Controls>(file, names);
    if (controls === undefined) throw new Error("It is of another version");
    return controls;
  }, files);
}

/** Undefined where it has not all of them: it is of another version, or made for a system that lacks them. */
export function controlsOf<Controls extends object>(
  file: string,
  names: readonly (keyof Controls & string)[],
): Controls | undefined {
  const module: { exports: Partial<Controls> } = { exports: {} };
  process.dlopen(module, file);
  return hasAll(module.exports, names) ? module.exports : undefined;
}

function hasAll<Controls extends object>(
  controls: Partial<Controls>,
  names: readonly (keyof Controls & string)[],
): controls is Controls {
  return names.every((name) => typeof controls[name] === "function");
}
