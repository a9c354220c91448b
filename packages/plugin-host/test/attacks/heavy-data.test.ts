import { expect, test } from "vitest";
import { copyJson } from "../../src/manifest/json-copy.ts";
import { encodeValue } from "../../src/services/storage/stored-value.ts";
import { gateTo, never } from "../support/gates.ts";
import { hostsUnderTest, notes, plugin, SOON, startAll } from "../support/plugin-hosts.ts";

const hosts = hostsUnderTest();

test("what is wrong in many places is looked at in some of them", () => {
  let looks = 0;
  const list = Array.from({ length: 5000 }, () => Number.NaN);
  // Descriptors are asked for once for each place that is looked at.
  const { getOwnPropertyDescriptor } = Object;
  Object.getOwnPropertyDescriptor = (...args) => {
    looks += 1;
    return getOwnPropertyDescriptor(...args);
  };
  try {
    expect(copyJson(list, { most: 2 ** 20 }).issues).toHaveLength(100);
  } finally {
    Object.getOwnPropertyDescriptor = getOwnPropertyDescriptor;
  }
  expect(looks).toBe(100);
});

test("what is there twice on each of many levels is not written out", () => {
  let twice: unknown = "x";
  for (let level = 0; level < 16; level += 1) twice = [twice, twice];
  expect(() => encodeValue(twice, "a")).toThrow("at most 10000 values in all");
  expect(encodeValue(new Array(9_999).fill(0), "a").byteLength).toBe(20_000);
});

const heavy: readonly (readonly [what: string, make: () => unknown])[] = [
  ["a list", () => new Array(10_001).fill(0)],
  ["a list of nothing", () => new Array(2 ** 32 - 1)],
  ["lists in lists", () => Array.from({ length: 101 }, () => new Array(100).fill([]))],
  ["an object", () => Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, 1]))],
  ["a Map", () => new Map(Array.from({ length: 5001 }, (_, index) => [index, 1]))],
  ["a Set", () => new Set(Array.from({ length: 10_001 }, (_, index) => index))],
];

test.for(heavy)("%s of too many values is refused before anybody looks at it", async ([, make]) => {
  const seen: unknown[] = [];
  const gate = gateTo(
    { s: { take: (value: unknown) => void seen.push(value) } },
    { check: (request) => seen.push(request) > 0 },
  );
  await expect(gate.call("s", "take", [make()], never)).rejects.toMatchObject({ code: "ERR_PLUGIN_ARGUMENT" });
  expect(seen).toEqual([]);
});

test("as many values as there may be, long text, and what is there again and again go through", async () => {
  const gate = gateTo({ s: { size: (value: unknown) => JSON.stringify(value).length } });
  const round: Record<string, unknown> = {};
  round["self"] = round;
  await expect(gate.call("s", "size", [new Array(9_999).fill(0)], never)).resolves.toBe(19_999);
  await expect(gate.call("s", "size", ["x".repeat(2 ** 22)], never)).resolves.toBe(2 ** 22 + 2);
  await expect(gate.call("s", "size", [new Array(5000).fill([1, 2, 3])], never)).resolves.toBeGreaterThan(35_000);
  await expect(gate.call("s", "size", [round], never)).rejects.toMatchObject({ code: "ERR_PLUGIN_SERVICE" });
});

test("a service can answer with more items than a call can have arguments", async () => {
  const gate = gateTo({ s: { many: () => new Array(300_000).fill(0) } });
  expect(await gate.call("s", "many", [], never)).toHaveLength(300_000);
});

test("an event of many small things is refused: it takes much more room than it has bytes", async () => {
  const told: unknown[] = [];
  const host = hosts.with({ onEvent: ({ payload }) => void told.push(payload) });
  const body = `
    const codes = [];
    for (const length of [20_000, 9000, 1000]) {
      const payload = Array.from({ length }, () => new Map());
      codes.push(await context.events.emit("big", payload).then(() => "sent", ({ code }) => code));
    }
    context.events.filter("it", () => codes);`;
  await startAll(host, plugin("big", body, { hooks: ["it"], emits: ["big"] }));
  expect(await host.filter("it", 0)).toEqual(["ERR_PLUGIN_ARGUMENT", "ERR_PLUGIN_ARGUMENT", "sent"]);
  expect(told).toHaveLength(1);
});

test("events that wait carry only so much of one plugin's, and what has been heard makes room", async () => {
  const { told, service } = notes();
  const opened = Promise.withResolvers<void>();
  const host = hosts.with({
    services: { notes: service, gate: { wait: () => opened.promise } },
    emits: { perSecond: 1000, burst: 1000 },
    serviceTimeoutMs: 20_000,
  });
  const sender = `
    context.events.on("go", async () => {
      let sent = 0;
      const codes = new Set();
      for (let n = 0; n < 30; n += 1)
        await context.events.emit("heavy", "x".repeat(60000)).then(() => { sent += 1; }, (error) => codes.add(error.code));
      await context.notes.tell([sent, ...codes]);
    });`;
  await startAll(
    host,
    plugin("sender", sender, { hooks: ["go"], emits: ["heavy"], services: { notes: ["tell"] } }),
    plugin("hearer", 'context.events.on("heavy", () => context.gate.wait())', {
      hooks: ["heavy"],
      services: { gate: ["wait"] },
    }),
  );
  await host.emit("go");
  expect(told).toEqual([[17, "ERR_PLUGIN_BUSY"]]);
  opened.resolve();
  await expect.poll(async () => (await host.status("hearer")).use.deliveries.done, SOON).toBe(17);
  await host.emit("go");
  expect(told).toHaveLength(2);
  expect(told[1]).not.toEqual([0, "ERR_PLUGIN_BUSY"]);
});
