import { setTimeout as elapsed } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { PluginHost } from "../src/index.ts";
import { plugin, startAll } from "./support/plugin-hosts.ts";

test("nothing looks at a plugin any more when its host is disposed of", async () => {
  const host = new PluginHost();
  await startAll(host, plugin("it", "context.events.on('it', () => {})", { hooks: ["it"] }));
  await host.emit("it");
  await host.dispose();
  const timers = vi.spyOn(globalThis, "setTimeout");
  await elapsed(1500);
  expect(timers.mock.calls.map(([, ms]) => ms)).toEqual([]);
});
