import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { globalObject, ObjectCreate, ReflectApply, ReflectConstruct } from "../primordial.ts";
import { standInFor } from "../stand-ins.ts";
import { defineLate } from "./define-late.ts";

type Fetch = (input: unknown, init: unknown) => unknown;

/**
 * `fetch` and `Request` without what they have in Node beside the web: a dispatcher of the program's own would be handed
 * Node's streams and buffers.
 */
export function webFetch({ native: { util }, library }: Guest, define: (name: string, value: unknown) => void): void {
  const { fetch } = globalObject as { fetch?: Fetch };
  if (fetch !== undefined) {
    const answer = (_self: unknown, ...args: unknown[]): unknown => ReflectApply(fetch, undefined, ofTheWeb(args));
    define("fetch", util.replace(fetch, answer));
  }
  defineLate("Request", define, () => {
    const Original = library.require("internal/deps/undici/undici")["Request"] as Function;
    const construct = (newTarget: Function | undefined, ...args: unknown[]): object => {
      if (newTarget === undefined) throw new TypeError("Class constructor Request cannot be invoked without 'new'");
      return ReflectConstruct(Original, ofTheWeb(args), newTarget) as object;
    };
    return standInFor(util, Original, construct);
  });
}

/** The arguments, with a second one that says nothing of a dispatcher; whatever else is read of it is the program's. */
function ofTheWeb(args: unknown[]): unknown[] {
  const init = args[1];
  if ((typeof init !== "object" && typeof init !== "function") || init === null) return args;
  const own = ObjectCreate(init);
  setOwn(own, "dispatcher", undefined);
  args[1] = own;
  return args;
}
