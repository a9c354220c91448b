export { type GuestParts, loadGuestParts } from "./guest-parts.ts";
export { openNativeHelper } from "./native/open-native-helper.ts";
