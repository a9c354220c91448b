import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { globalObject, ObjectCreate } from "../primordial.ts";

/** What Node's part of `fetch` finds as globals in Node, and not where the global object is the web's. */
export function globalsOfNode({ library }: Guest): Readonly<Record<string, unknown>> {
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } =
    library.require("timers");
  const ownPerformance = ObjectCreate(library.require("perf_hooks")["performance"] as object);
  setOwn(ownPerformance, "markResourceTiming", () => undefined);
  return {
    Buffer: library.require("buffer")["Buffer"],
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    performance: ownPerformance,
    // It keeps its dispatcher there, for other versions of itself.
    globalThis: ObjectCreate(globalObject),
  };
}
