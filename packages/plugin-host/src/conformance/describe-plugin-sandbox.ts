import { pluginSandboxCases } from "./plugin-sandbox-cases.ts";
import type { MakeSandbox, PluginSandboxCase } from "./sandbox-case.ts";

/** What of a test framework is used: vitest, jest and `node:test` have it. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/**
 * Defines a suite that holds a sandbox to the contract of {@link IPluginSandbox}: a test for each case.
 *
 * @param name of the sandbox
 * @param framework `{ describe, it }`. A test may take ten seconds, or more on a busy machine
 * @param cases those to try. @default all
 */
export function describePluginSandbox(
  name: string,
  makeSandbox: MakeSandbox,
  { describe, it }: TestFramework,
  cases: readonly PluginSandboxCase[] = pluginSandboxCases,
): void {
  describe(`${name} as a sandbox for plugins`, () => {
    for (const one of cases) it(`${one.topic}: ${one.name}`, () => one.run(makeSandbox));
  });
}
