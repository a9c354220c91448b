import type { HostCallName } from "../system-calls/call-answer.ts";

/** A system call for a module of the host. */
export type ModuleCallName = Extract<HostCallName, `module.${string}`>;

/** Whether a call is for a module of the host: it may wait for the embedder as long as that likes, and holds up no other. */
export function isModuleCall(name: string): name is ModuleCallName {
  return name.startsWith("module.");
}
