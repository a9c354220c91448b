import type { Guest } from "./guest.ts";

/** Hands the program's exports to the kernel as inert data. */
export function collectExports(guest: Guest, _value: unknown, _limitBytes: number): void {
  guest.calls.sync("result.refuse", "unexportable", "exports cannot be collected");
}
