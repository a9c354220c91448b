import type { Guest } from "../guest.ts";
import { globalObject, ReflectApply, ReflectGetOwnPropertyDescriptor, ReflectGetPrototypeOf } from "../primordial.ts";
import { replaceMethod } from "../stand-ins.ts";

/** What Node's clock tells beside the web's. */
const OF_NODE = ["eventLoopUtilization", "markResourceTiming", "nodeTiming", "timerify"] as const;

/** Takes from `performance` what tells of Node. */
export function narrowPerformance({ native: { util } }: Guest): void {
  const { performance } = globalObject as { performance?: object };
  const prototype = performance === undefined ? null : ReflectGetPrototypeOf(performance);
  if (performance === undefined || prototype === null) return;
  for (let index = 0; index < OF_NODE.length; index++) {
    const name = OF_NODE[index] as string;
    delete (performance as Record<string, unknown>)[name];
    delete (prototype as Record<string, unknown>)[name];
  }
  const origin = ReflectGetOwnPropertyDescriptor(prototype, "timeOrigin")?.get;
  if (origin === undefined) return;
  replaceMethod(util, prototype, "toJSON", (self: unknown) => ({ timeOrigin: ReflectApply(origin, self, []) }));
}
