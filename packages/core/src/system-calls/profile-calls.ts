import type { GuestProfile } from "../contracts/guest-profile.ts";
import { bareCalls } from "./bare-calls.table.ts";
import { type SystemCallName, systemCallTable } from "./system-call-table.table.ts";

/** What a `web` guest has of the calls that the host serves: its output, the files that it imports, modules of the host, connections. */
const webHostCalls: readonly SystemCallName[] = [
  "fs.write",
  "fs.handleType",
  "fs.readFile",
  "module.open",
  "module.call",
  "module.await",
  "module.next",
  "net.lookup",
  "net.connect",
  "net.secure",
  "net.addresses",
  "stream.read",
  "stream.write",
  "stream.shutdown",
  "stream.close",
];

/** Whether guests of a profile have a system call: whoever serves one asks, whatever became of the guest or its cell. */
export function hasCall(profile: GuestProfile, name: SystemCallName): boolean {
  switch (profile) {
    case "node":
      return true;
    case "web":
      return systemCallTable[name].place === "cell" || webHostCalls.includes(name);
    case "bare":
      return bareCalls.includes(name);
    default:
      return profile satisfies never;
  }
}
