import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { descendantsOf, isAlive, isZygote } from "../scripts/endurance/process-tree.ts";
import {
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Diagnostic,
  defineModule,
  type GuestFunction,
  guestFunction,
  hostFunction,
  isVivariumError,
  NodeRuntime,
} from "../src/index.ts";

const callback = guestFunction<(value: number) => Promise<number>>();
const never = (): Promise<never> => new Promise(() => undefined);

/** What the host has under way for its guest, and what it has heard of the end. */
function createHost() {
  const heard = { waiting: 0, aborted: 0, opened: 0, closed: 0, callbacks: [] as string[] };
  const callbacks: GuestFunction<(value: number) => Promise<number>>[] = [];
  const module = defineModule({
    wait: hostFunction({
      isSync: false,
      run: ({ signal }) => {
        heard.waiting += 1;
        signal.addEventListener("abort", () => {
          heard.aborted += 1;
        });
        return never();
      },
    }),
    async *numbers() {
      heard.opened += 1;
      try {
        for (let value = 0; ; value += 1) yield value;
      } finally {
        heard.closed += 1;
      }
    },
    ask: hostFunction({
      parameters: [callback],
      run: async (_call, given) => {
        callbacks.push(given);
        try {
          return await given.call([1]);
        } catch (error) {
          heard.callbacks.push(isVivariumError(error, "ERR_CALL_FAILED") ? error.detail.reason : String(error));
          throw error;
        }
      },
    }),
  });
  return { heard, callbacks, module };
}

const program = `
  import { wait, numbers, ask } from "host:x";
  const never = () => new Promise(() => {});
  export const calls = {
    idle: never,
    host: () => wait(),
    iterable: async () => { const it = await numbers(); await it.next(); globalThis.kept = [globalThis.kept, it]; await never(); },
    callback: () => ask(never),
    async *values() { yield 1; await never(); },
  };
  export const add = (a, b) => a + b;
`;

test("a cell that is killed during fifty calls fails each of them once, and all that hangs on them ends", async () => {
  const { heard, callbacks, module } = createHost();
  const diagnostics: Diagnostic[] = [];
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ waitingCells: 0, idleTimeMs: 0 }),
    modules: { "host:x": module },
    onDiagnostic: (diagnostic) => void diagnostics.push(diagnostic),
  });
  const guest = await runtime.load(program, "/program.mjs");
  const ends: string[] = [];
  const end = (error: unknown): void => {
    ends.push(isVivariumError(error, "ERR_CALL_FAILED") ? error.detail.reason : `no failure: ${String(error)}`);
  };
  let reading = 0;
  const read = async (): Promise<void> => {
    for await (const value of (await guest.call("calls.values")) as AsyncIterable<unknown>) reading += Number(value);
  };
  for (let count = 0; count < 10; count += 1) {
    for (const name of ["idle", "host", "iterable", "callback"]) guest.call(`calls.${name}`).then(end, end);
    read().then(end, end);
  }
  const underWay = (): readonly number[] => [heard.waiting, heard.opened, callbacks.length, reading];
  await expect.poll(underWay, { timeout: 10_000 }).toEqual([10, 10, 10, 10]);

  const cells = descendantsOf(process.pid).filter((pid) => isAlive(pid) && !isZygote(pid));
  expect(cells).toHaveLength(1);
  for (const cell of cells) process.kill(cell, "SIGKILL");

  const { outcome } = await guest.exited;
  expect(outcome).toMatchObject({ kind: "crashed", errorMessage: expect.stringContaining("SIGKILL") });
  await expect.poll(() => ends.length).toBe(50);
  await expect.poll(() => [heard.aborted, heard.closed, heard.callbacks.length]).toEqual([10, 10, 10]);
  // Nothing is told twice.
  await sleep(50);
  expect(ends).toEqual(Array.from({ length: 50 }, () => "ended"));
  expect(heard.callbacks).toEqual(Array.from({ length: 10 }, () => "ended"));
  expect(guest.status()).toMatchObject({ state: "exited", activeCalls: 0, queuedCalls: 0 });
  await expect(guest.call("add", [1, 2])).rejects.toMatchObject({ detail: { reason: "ended" } });
  await expect(callbacks[0]?.call([1])).rejects.toMatchObject({ detail: { reason: "ended" } });

  await using next = await runtime.load<{ add(a: number, b: number): number }>(program, "/program.mjs");
  expect(await next.call("add", [1, 2])).toBe(3);
});
