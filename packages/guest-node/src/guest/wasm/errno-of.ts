import type { SystemCallResult } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import { wasiErrnos } from "./wasi-errnos.table.ts";

const EIO = 29;

/** What a system call's failure is called where programs of WebAssembly ask: a number of WASI's. */
export function errnoOf(guest: Guest, failure: SystemCallResult): number {
  return typeof failure === "number" ? (wasiErrnos[guest.errors.name(failure)] ?? EIO) : EIO;
}
