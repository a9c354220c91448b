import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { DirectusExtensions } from "../src/index.ts";
import { bareRuntime } from "./support/extension-host.ts";
import { manifestOf, type Type } from "./support/manifests.ts";

const code: Readonly<Record<Type, string>> = {
  endpoint: `export default (router) => { router.get("/x", () => ({ status: 200, body: "x" })); };`,
  hook: `export default ({ filter, action, schedule }) => { filter("count", (n) => n + 1); action("a", () => 1); schedule("0 0 1 1 *", () => 1); };`,
  operation: `export default { id: "reloaded", handler: () => "done" };`,
};

const collect = ((): (() => void) => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

test("L27: extensions that are loaded anew again and again leave no guest, route, listener, id or object behind", async () => {
  await using runtime = bareRuntime();
  await using host = new DirectusExtensions({ runtime, moreHooks: true });
  const loaded: WeakRef<object>[] = [];
  const load = async (type: Type): Promise<void> => {
    const manifest = manifestOf(type);
    await host.loadPackage({ manifest, code: code[type] });
    loaded.push(new WeakRef(manifest));
  };
  const types: readonly Type[] = ["endpoint", "hook", "operation"];
  const works = async (): Promise<unknown> => [
    (await host.fetch(new Request("http://host/my-endpoint/x")))?.status,
    await host.hooks.filter("count", 0),
    host.operations.ids,
    host.extensions.length,
    runtime.status().activeRuns,
  ];
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(types.map(load));
    expect(await host.operations.run("reloaded", {})).toBe("done");
  }
  expect(await works()).toEqual([200, 1, ["reloaded"], 3, 3]);
  await vi.waitFor(
    () => {
      collect();
      expect(loaded.filter((manifest) => manifest.deref() !== undefined)).toHaveLength(3);
    },
    { timeout: 10_000 },
  );
  for (const type of types) await host.unload(`my-${type}`);
  expect(await works()).toEqual([undefined, 0, [], 0, 0]);
  await vi.waitFor(
    () => {
      collect();
      expect(loaded.filter((manifest) => manifest.deref() !== undefined)).toEqual([]);
    },
    { timeout: 10_000 },
  );
});
