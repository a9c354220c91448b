import type { Guest } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";
import { ReflectDeleteProperty } from "../primordial.ts";

/** What Node runs last when it boots a thread, over what it would run for a process. */
const SWITCHES = [
  "internal/bootstrap/switches/is_not_main_thread",
  "internal/bootstrap/switches/does_not_own_process_state",
];

const OF_MAIN = ["_startProfilerIdleNotifier", "_stopProfilerIdleNotifier", "_debugPause"];

/**
 * Makes a guest that has booted as every guest does a thread of another one, if it is to be that. Nothing of the library
 * has asked before this whether it is.
 */
export function becomeThread(guest: Guest, compiler: LibraryCompiler): void {
  if (guest.config.worker === undefined) return;
  const { require, internalBinding } = guest.library;
  // Of the main thread alone, as which every guest has booted.
  for (let index = 0; index < OF_MAIN.length; index++) ReflectDeleteProperty(guest.process, OF_MAIN[index] as string);
  for (let index = 0; index < SWITCHES.length; index++) {
    compiler.compile(SWITCHES[index] as string)(guest.process, require, internalBinding, guest.primordials);
  }
}
