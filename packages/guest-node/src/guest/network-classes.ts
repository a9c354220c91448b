import type { Guest } from "./guest.ts";
import { setOwn } from "./past-prototypes.ts";
import { ObjectCreate } from "./primordial.ts";
import { standInFor } from "./stand-ins.ts";
import { unimplemented } from "./unimplemented.ts";

const MODULE = "internal/deps/undici/undici";
/** They tell of a connection that cannot be had by an event without a reason, and would hide what is missing. */
const REFUSED = ["WebSocket", "EventSource"] as const;

/** What loads the modules of Node's globals that are made when they are first read. */
export function createLazyLoader(guest: Guest): (id: string) => unknown {
  let exports: object | undefined;
  return (id) => {
    const { require } = guest.library;
    if (id !== MODULE) return require(id);
    exports ??= withRefusals(guest, require(id));
    return exports;
  };
}

function withRefusals({ native }: Guest, exports: Record<string, unknown>): object {
  const ours = ObjectCreate(exports);
  for (let index = 0; index < REFUSED.length; index++) {
    const name = REFUSED[index] as (typeof REFUSED)[number];
    const refuse = (): never => {
      throw unimplemented("tcp_wrap", "TCP");
    };
    setOwn(ours, name, standInFor(native.util, exports[name] as Function, refuse));
  }
  return ours;
}
