import type { SystemCallName } from "./system-call-table.table.ts";

/** The system calls that a bare guest has, in the order of their numbers; its kernel serves it no other. */
export const bareCalls: readonly SystemCallName[] = [
  "clock.now",
  "clock.epoch",
  "clock.isFrozen",
  "loop.drain",
  "loop.waiters",
  "process.exit",
  // Standard error: an error that nothing has caught.
  "fs.write",
  "typescript.strip",
  "library.keep",
  "result.exports",
  "result.refuse",
  "result.threw",
  "module.open",
  "module.call",
  "module.await",
  "module.next",
  "program.loaded",
  "invocation.value",
  "invocation.end",
];
