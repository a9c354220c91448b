import { expect, test } from "vitest";
import { hostsUnderTest, notes, plugin, startAll } from "../support/plugin-hosts.ts";

const hosts = hostsUnderTest();

/** Computes for a while, so that it has used more than its share, and then holds whatever it has for as long as it may. */
function holding(id: string): ReturnType<typeof plugin> {
  const body = `
    const busy = (ms) => { for (const end = Date.now() + ms; Date.now() < end;); };
    context.events.on("spend", () => busy(400));
    context.events.on("hold", () => new Promise(() => {}));`;
  return plugin(id, body, { hooks: ["spend", "hold"] });
}

test("a filter waits no longer than it may, also where whoever filters waits for its turn after others", async () => {
  const host = hosts.with({ eventTimeoutMs: 1000, cpuShare: { burstMs: 10, ofCore: 0.001 } });
  const holders = ["h1", "h2", "h3", "h4"].map(holding);
  const body = `
    context.events.on("spend", () => { for (const end = Date.now() + 400; Date.now() < end;); });
    context.events.filter("it", (value) => value + 1);`;
  await startAll(host, ...holders, plugin("slow", body, { hooks: ["spend", "it"] }));
  await host.emit("spend");
  const held = host.emit("hold");
  const began = performance.now();
  expect(await host.filter("it", 1)).toBeOneOf([1, 2]);
  expect(performance.now() - began).toBeLessThan(1900);
  // It was not the one that took too long.
  expect((await host.status("slow")).health.lastError?.code).not.toBe("ERR_PLUGIN_LIMIT");
  await held;
});

test("plugins that compute for long take turns, and come to their end all the same", async () => {
  const { told, service } = notes();
  const host = hosts.with({ cpuShare: { burstMs: 5 }, eventTimeoutMs: 60_000, services: { notes: service } });
  const body = `
    context.events.on("sum", async (rounds) => {
      let sum = 0;
      for (let n = 0; n < rounds; n += 1) sum += n % 7;
      await context.notes.tell([context.plugin.id, sum]);
    });`;
  const ids = ["a", "b", "c", "d"];
  const wants = { hooks: ["sum"], services: { notes: ["tell"] } };
  await startAll(host, ...ids.map((id) => plugin(id, body, wants)));
  const { deliveries } = await host.emit("sum", 21_000_000);
  expect(deliveries.map(({ outcome }) => outcome)).toEqual(ids.map(() => "done"));
  expect(told.toSorted()).toEqual(ids.map((id) => [id, 63_000_000]));
  for (const id of ids) expect((await host.status(id)).health).toMatchObject({ crashes: 0 });
});
