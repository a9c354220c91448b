import type { Guest } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";

/** What Node runs last when it boots a thread, over what it would run for a process. */
const SWITCHES = [
  "internal/bootstrap/switches/is_not_main_thread",
  "internal/bootstrap/switches/does_not_own_process_state",
];

/**
 * Makes a guest that has booted as every guest does a thread of another one, if it is to be that. Nothing of the library
 * has asked before this whether it is.
 */
export function becomeThread(guest: Guest, compiler: LibraryCompiler): void {
  if (guest.config.worker === undefined) return;
  const { require, internalBinding } = guest.library;
  for (let index = 0; index < SWITCHES.length; index++) {
    compiler.compile(SWITCHES[index] as string)(guest.process, require, internalBinding, guest.primordials);
  }
}
