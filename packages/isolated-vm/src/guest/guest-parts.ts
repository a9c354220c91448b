export type { GuestParts } from "@vivarium/guest-node";
