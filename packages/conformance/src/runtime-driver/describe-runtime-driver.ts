import type { RuntimeDriverFactory } from "@vivarium/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRuntimeDriver, type RuntimeDriverBench } from "./runtime-driver-bench.ts";
import type { RuntimeDriverCapabilities, RuntimeDriverCapability } from "./runtime-driver-capabilities.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";
import { runtimeDriverCases } from "./runtime-driver-cases.ts";

/**
 * Defines a vitest suite that holds a runtime driver to its contract: how programs end, their output, their limits,
 * what they are denied, and that nothing is left of them.
 *
 * One driver serves all cases, one after the other, so that each run also shows that those before it have harmed nothing.
 *
 * @param name Of the driver; the name of the suite.
 * @param createFactory Makes the factory, once.
 * @param capabilities What its cells can do. Everything is expected that is not declared `false`; the cases that need
 *   more are then skipped, visibly.
 * @param cases Those to try. @default all
 */
export function describeRuntimeDriver(
  name: string,
  createFactory: () => RuntimeDriverFactory,
  capabilities: Partial<RuntimeDriverCapabilities> = {},
  cases: readonly RuntimeDriverCase[] = runtimeDriverCases,
): void {
  const has = (capability: RuntimeDriverCapability): boolean => capabilities[capability] ?? true;
  describe(`${name} as a runtime driver`, () => {
    let bench: RuntimeDriverBench;
    beforeAll(() => {
      bench = openRuntimeDriver(createFactory());
    });
    afterAll(() => bench[Symbol.asyncDispose]());

    it("has a name for error messages", () => {
      expect(createFactory().name).toMatch(/\S/);
    });
    for (const one of cases) {
      it.skipIf(!(one.needs ?? []).every(has))(one.name, () => one.run(bench));
    }
  });
}
