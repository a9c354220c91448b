import type { Binding } from "../guest.ts";

/** Node's own permission model stays off in a guest: what a guest may do is the embedder's decision. */
export function permissionBinding(): Binding {
  return { __proto__: null, has: () => true, drop() {} };
}
