/** The name under which the bundle is compiled; frames of it are never shown to a program. */
export const GUEST_SCRIPT = "node:internal/vivarium";
