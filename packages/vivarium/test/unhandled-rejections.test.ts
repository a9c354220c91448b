import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  BareRuntime,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type Runtime,
  type RuntimeDriverFactory,
  WebRuntime,
} from "../src/index.ts";

const PROGRAM = `
  export const reject = async (what) => { Promise.reject(new RangeError(what)); return "rejected"; };
  export const wait = async (turns) => { for (; turns > 0; turns--) await null; return "waited"; };
`;

describe("a rejection that nobody handles, in guests of every profile", () => {
  let factory: RuntimeDriverFactory;
  const runtimes = new Map<string, Runtime>();
  beforeAll(() => {
    factory = createNodeRuntimeDriverFactory({ isolation: "shared" });
    for (const [name, Profiled] of Object.entries({ node: NodeRuntime, web: WebRuntime, bare: BareRuntime }))
      runtimes.set(name, new Profiled({ systemDriver: createNodeDriver(), runtimeDriverFactory: factory }));
  });
  afterAll(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.dispose()));
  });

  test.each(["node", "web", "bare"])(
    "%s: is told of where it is to warn, and no call fails for it",
    async (profile) => {
      let told = "";
      const guest = await (runtimes.get(profile) as Runtime).load(PROGRAM, {
        filePath: "/plugin.mjs",
        unhandledRejections: "warn",
        onStdio: ({ channel, message }) => {
          if (channel === "stderr") told += message;
        },
      });
      const both = [guest.call("reject", ["out of range"]), guest.call("wait", [100])];
      expect(await Promise.all(both)).toEqual(["rejected", "waited"]);
      expect(await guest.call("wait", [1])).toBe("waited");
      await vi.waitFor(() => expect(told).toMatch(/unhandled.*rejection.*out of range/is), { timeout: 10_000 });
      await guest.dispose();
    },
  );

  test.each(["node", "web", "bare"])("%s: ends the guest else", async (profile) => {
    const guest = await (runtimes.get(profile) as Runtime).load(PROGRAM, { filePath: "/plugin.mjs" });
    await guest.call("reject", ["out of range"]).catch(() => undefined);
    expect((await guest.exited).outcome).toMatchObject({
      kind: "threw",
      errorMessage: "RangeError: out of range",
    });
  });

  test("is refused as an option that it cannot be", async () => {
    const options = { unhandledRejections: "strict" as "warn" };
    await expect((runtimes.get("bare") as Runtime).run("", options)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
    });
  });
});
