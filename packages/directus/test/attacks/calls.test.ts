import { describe, expect, test } from "vitest";
import { hostUnderTest } from "../support/extension-host.ts";
import { manifestOf } from "../support/manifests.ts";

const it = hostUnderTest(() => ({ limits: { callTimeoutMs: 500, cpuTimeMs: 600_000 } }));

describe("a call that is not answered", () => {
  test("is given up where the extension asks its host all the time", async () => {
    const refused = it.operate(`() => { for (;;) log("x"); }`, { log: {} });
    await expect(refused).rejects.toThrow("timed out");
    await it.host.unload("my-operation");
  });

  test("is given up, and so are hundreds at a time", async () => {
    await it.load(
      "operation",
      `export default { id: "never", handler: (never) => (never ? new Promise(() => {}) : "there") };`,
    );
    const calls = Array.from({ length: 300 }, () => it.host.operations.run("never", true));
    const results = await Promise.allSettled(calls);
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    expect(await it.host.operations.run("never", false)).toBe("there");
  });

  test("does not keep an event waiting by many filters that each take their time", async () => {
    const host = it.with({ limits: { callTimeoutMs: 1000 } });
    const code = `import { sleep } from "directus:api"; export default ({ filter }) => {
      for (let index = 0; index < 100; index += 1) filter("slow", async () => { await sleep(400); }); };`;
    await host.loadPackage({ manifest: manifestOf("hook", { sleep: {} }), code });
    await expect(host.hooks.filter("slow", 1)).rejects.toThrow("timed out");
  });
});
