import { loadFault } from "./load-fault.ts";
import { openNativeHelper } from "./open-native-helper.ts";

/**
 * Makes sure that there is a native helper for this Node, without a look into it.
 * @throws {VivariumError} `ERR_NATIVE_HELPER_MISSING`
 */
export function assertNativeHelper(): void {
  openNativeHelper((file) => file);
}

/**
 * Makes sure that a process of this Node can load the native helper, which one does for it: 40 ms.
 * @throws {VivariumError} `ERR_NATIVE_HELPER_MISSING`
 */
export function assertNativeHelperLoads(): void {
  openNativeHelper((file) => {
    const fault = loadFault(file);
    if (fault !== undefined) throw new Error(fault);
    return file;
  });
}
