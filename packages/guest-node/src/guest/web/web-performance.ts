import type { Guest } from "../guest.ts";
import { ReflectApply, ReflectGetOwnPropertyDescriptor } from "../primordial.ts";
import { replaceMethod } from "../stand-ins.ts";
import { defineLate } from "./define-late.ts";

type Define = (name: string, value: unknown) => void;

/** What Node's clock tells beside the web's. */
const OF_NODE = ["eventLoopUtilization", "markResourceTiming", "nodeTiming", "timerify"] as const;

/** `performance` without what tells of Node; made when it is first asked for, since much of the library comes with it. */
export function webPerformance({ native: { util }, library }: Guest, define: Define): void {
  const original = (name: "performance" | "Performance"): unknown => library.require("internal/perf/performance")[name];
  let isNarrow = false;
  const narrow = (): void => {
    if (isNarrow) return;
    isNarrow = true;
    const { prototype } = original("Performance") as { readonly prototype: Record<string, unknown> };
    const instance = original("performance") as Record<string, unknown>;
    for (let index = 0; index < OF_NODE.length; index++) {
      const name = OF_NODE[index] as string;
      delete instance[name];
      delete prototype[name];
    }
    const origin = ReflectGetOwnPropertyDescriptor(prototype, "timeOrigin")?.get;
    if (origin === undefined) return;
    replaceMethod(util, prototype, "toJSON", (self: unknown) => ({ timeOrigin: ReflectApply(origin, self, []) }));
  };
  const names = ["performance", "Performance"] as const;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as (typeof names)[number];
    defineLate(name, define, () => {
      narrow();
      return original(name);
    });
  }
}
