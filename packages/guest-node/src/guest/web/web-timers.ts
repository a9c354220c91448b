import type { Guest } from "../guest.ts";
import { globalObject, ReflectApply } from "../primordial.ts";

type Callback = (...args: unknown[]) => unknown;
type Begin = (callback: unknown, delay: unknown, ...args: unknown[]) => object;
type Clear = (timer: number) => void;
type Timers = Readonly<Record<"setTimeout" | "setInterval" | "clearTimeout" | "clearInterval", Function>>;

/** Node's timers as the web has them: they are numbers, and what they call has the global object for its `this`. */
export function webTimers({ library, native: { util } }: Guest): Timers {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = library.require("timers") as Record<
    string,
    Function
  >;
  const begin = (original: Function | undefined): Function =>
    util.replace(original as Begin, (_self, ...args: unknown[]) => {
      if (args.length > 0) args[0] = onGlobal(args[0]);
      return +(ReflectApply(original as Callback, undefined, args) as number);
    });
  const clear = (original: Function | undefined): Function =>
    util.replace(original as Clear, (_self, timer: unknown) => (original as Clear)(+(timer as number)));
  return {
    setTimeout: begin(setTimeout),
    setInterval: begin(setInterval),
    clearTimeout: clear(clearTimeout),
    clearInterval: clear(clearInterval),
  };
}

/** What Node calls has the timer for its `this`, which leads to all others. */
function onGlobal(callback: unknown): unknown {
  if (typeof callback !== "function") return callback;
  return (...args: unknown[]) => ReflectApply(callback as Callback, globalObject, args);
}
