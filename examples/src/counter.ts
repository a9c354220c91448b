/** A program that stays: its state outlives each call, and a call that fails takes nothing along. */
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

interface Counter {
  increase(by: number): number;
  history(last: number): readonly number[];
}

await using counter = await runtime.load<Counter>(
  `
  let count = 0;
  const seen: number[] = [];
  export function increase(by: number): number {
    if (!Number.isInteger(by)) throw new TypeError("a counter counts whole numbers");
    seen.push(count += by);
    return count;
  }
  export const history = (last: number): number[] => seen.slice(-last);
  `,
  "/counter.ts",
);

for (let call = 1; call <= 1000; call += 1) await counter.call("increase", [1]);
await counter.call("increase", [0.5]).catch((error: Error) => console.log(error.message));
console.log(`after ${counter.status().returnedCalls} calls:`, await counter.call("history", [3]));
