export { type GuestParts, loadGuestParts } from "./guest-parts.ts";
export { loadLibraryFile } from "./library-files.ts";
export { assertNativeHelper, assertNativeHelperLoads } from "./native/assert-native-helper.ts";
export { presentHelpers } from "./native/helper-file.ts";
export { type HostControls, loadHostControls } from "./native/host-controls.ts";
export { openNativeHelper } from "./native/open-native-helper.ts";
export { type ChildEnd, loadProcessControls, type ProcessControls } from "./native/process-controls.ts";
export {
  type CurrentThread,
  IGNORED_EXIT,
  loadThreadControls,
  PARKED,
  type ThreadControls,
} from "./native/thread-controls.ts";
