import { closeInternals } from "../close-internals.ts";
import { exposeCollector } from "../expose-collector.ts";
import type { Guest } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";

const MAIN = "internal/main/worker_thread";

/** What Node runs in a thread: it prepares itself, and its parent sends it what to run. */
export function runThread(guest: Guest, compiler: LibraryCompiler): void {
  const { require, internalBinding } = guest.library;
  compiler.compile(MAIN)(guest.process, require, internalBinding, guest.primordials);
  closeInternals(guest);
  exposeCollector(guest);
}
