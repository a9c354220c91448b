import { bindingsRead } from "../../scripts/bindings-read.ts";
import { readLibrary, runInGuest } from "./run-program.ts";

/** Bindings of a Node that was built otherwise: with QUIC, or with the inspector, which a guest has not. */
const ELSEWHERE: ReadonlySet<string> = new Set(["quic", "inspector", "profiler"]);

/** What is read and rightly not there; each with its reason. */
const EXCUSED: ReadonlySet<string> = new Set([
  // The library deletes it when it has called it.
  "buffer.setBufferPrototype",
  // Node does not let its own tests at it either.
  "internal_only_v8.queryObjects",
  // On Windows alone.
  "fs.handleToFd",
  // Not there in a Node with all of ICU.
  "config.hasSmallICU",
]);

/** `binding.property` for each that the library reads and a guest neither has nor declares to lack. */
export async function missingBindings(): Promise<string[]> {
  const read = bindingsRead(readLibrary());
  const names = [...read.keys()].filter((name) => !ELSEWHERE.has(name));
  const { stdout, stderr } = await runInGuest(
    `const { internalBinding } = require("internal/test/binding"); const keys = {};
     for (const name of ${JSON.stringify(names)}) try { const all = []; const b = internalBinding(name); for (const k of Object.getOwnPropertyNames(b)) all.push(k); keys[name] = all; } catch {}
     console.log(JSON.stringify(keys));`,
    { options: { "--expose-internals": true, "--warnings": false } },
  );
  if (stdout === "") throw new Error(stderr);
  const there = JSON.parse(stdout) as Readonly<Record<string, readonly string[]>>;
  return names
    .flatMap((name) =>
      [...(read.get(name) ?? [])].filter((key) => !there[name]?.includes(key)).map((key) => `${name}.${key}`),
    )
    .filter((name) => !EXCUSED.has(name));
}
