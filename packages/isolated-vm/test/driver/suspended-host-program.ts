import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime } from "@vivarium/core";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

/*
 * A host for tests of what becomes of guests that it has stopped: of some in processes of their own and, once there is a zygote, of
 * some in copies of it. "killed": it says so and stays. "left": it says so and ends as if there were none. "crowded": it has them go
 * on while it has no descriptors left, and asks them then.
 */

const [, , what] = process.argv;
const runtime = new NodeRuntime({
  systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ waitingCells: 0 }),
});
const program = "export const one = () => 1; export const spin = () => { for (;;); };";
const load = (name: string) => runtime.load(program, `/${name}.mjs`);
const guests = [await load("first")];
// The zygote is there soon after the first.
await sleep(1500);
guests.push(await load("second"), await load("third"));
for (const guest of guests) {
  if (what !== "crowded") void guest.call("spin", [], { cpuTimeLimitMs: 60_000 }).catch(() => undefined);
  guest.suspend();
}

if (what === "crowded") {
  const held = holdAll();
  for (const guest of guests) guest.resume();
  for (const descriptor of held) closeSync(descriptor);
  const answers = guests.map((guest) => guest.call("one", [], { timeoutMs: 5000 }).catch(() => "stopped"));
  process.stdout.write(`${(await Promise.all(answers)).join(" ")}\n`);
  await runtime.dispose();
} else process.stdout.write("ready\n");
if (what === "killed") setInterval(() => undefined, 1000);
if (what === "left") setTimeout(() => process.exit(0), 500);

/** All descriptors that this process can have. */
function holdAll(): readonly number[] {
  const held: number[] = [];
  for (;;) {
    try {
      held.push(openSync("/dev/null", "r"));
    } catch {
      return held;
    }
  }
}
