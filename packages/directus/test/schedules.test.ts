import { expect, test, vi } from "vitest";
import { hostUnderTest } from "./support/extension-host.ts";
import { manifestOf } from "./support/manifests.ts";

const it = hostUnderTest(() => ({ moreHooks: true }));

test("what is scheduled is not run again while it is still under way", async () => {
  const code = `import { log, sleep } from "directus:api";
    export default ({ schedule }) => { schedule("* * * * * *", async () => { log("begins"); await sleep(1500); log("ends"); }); };`;
  await it.host.loadPackage({ manifest: manifestOf("hook", { log: {}, sleep: {} }), code });
  const said = (): readonly string[] => it.lines.map(({ message }) => message);
  await vi.waitFor(() => expect(said()).toHaveLength(3), { timeout: 20_000 });
  expect(said()).toEqual(["begins", "ends", "begins"]);
});
