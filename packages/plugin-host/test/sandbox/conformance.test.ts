import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory } from "vivarium";
import { describePluginSandbox, type PluginSandboxCase, pluginSandboxCases } from "../../src/conformance/index.ts";
import { IsolatedVmSandbox } from "../../src/index.ts";
import { NaiveSandbox } from "./naive-sandbox.ts";

// One for all cases: what each of them leaves behind, the next would meet.
const runtime = new BareRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});
afterAll(() => runtime.dispose());

describePluginSandbox("IsolatedVmSandbox", () => new IsolatedVmSandbox(undefined, { runtime }), { describe, it });

describe("pluginSandboxCases", () => {
  // Cases of limits would take this process with them, and spoilt realms what the test stands on.
  const harmless = pluginSandboxCases.filter(({ topic, name }) => topic !== "limits" && !name.includes("spoilt"));

  it("tells a sandbox that holds from one that does not", async () => {
    const failed: string[] = [];
    for (const one of harmless) if (!(await holds(one))) failed.push(one.name);
    expect(failed).toEqual(
      expect.arrayContaining([
        "what has `return` or `await` of its own runs, too",
        "what is no data is no result",
        "no object leads to the host's realm",
        "an error of a service says nothing of the host",
        "what the manifest does not grant is not there",
        "arguments are as they were when they were given",
        "answers are copies, too",
        "what runs is no argument: the call rejects, and the host is not called",
        "http goes where the manifest lets it",
        "events are sent that the manifest names",
        "when an execution is over, so is its context",
        "a manifest that is none makes no isolate",
        "disposing ends what is under way",
        "a handle that the sandbox has not made is none",
      ]),
    );
    expect(failed).not.toContain("a promise is awaited");
    expect(failed).not.toContain("executions of an isolate share its global scope");
  });

  it("are named once each, and try every method", () => {
    const names = pluginSandboxCases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
  });
});

async function holds(one: PluginSandboxCase): Promise<boolean> {
  const running = one
    .run(() => new NaiveSandbox())
    .then(
      () => true,
      () => false,
    );
  return Promise.race([running, sleep(500, false, { ref: false })]);
}
