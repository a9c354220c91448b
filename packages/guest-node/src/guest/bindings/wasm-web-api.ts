import type { Binding } from "../guest.ts";

export function wasmWebApiBinding(): Binding {
  return { __proto__: null, setImplementation() {} };
}
