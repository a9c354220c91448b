export { type GuestParts, loadGuestParts } from "./guest-parts.ts";
