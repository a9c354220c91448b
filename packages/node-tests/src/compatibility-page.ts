import type { Control } from "./expectations.ts";
import { renderReasons } from "./failure-reasons.ts";
import { renderModuleTable, scoreModules } from "./module-table.ts";
import type { TestResult } from "./test-result.ts";

/** What the page says about where its figures come from. */
export interface CompatibilityRun {
  /** Version of the Node whose library the guests ran. */
  readonly runtimeVersion: string;
  /** What the suite calls itself. */
  readonly suiteVersion: string;
}

/** The page that tells users how much of Node's own test suite passes in a guest, and why the rest does not. */
export function renderCompatibilityPage(
  results: readonly TestResult[],
  control: Control,
  run: CompatibilityRun,
): string {
  return `# How much of Node works in a guest

A guest boots the JavaScript library of Node itself, so the measure is Node's own test suite. Each file of its
\`test/parallel\` runs in a fresh guest with an in-memory filesystem and \`permissions: allowAll\`, and passes when it
has run its assertions and the guest ends with code 0 after its \`exit\` event; a file that skips itself is counted apart
and not as passed. The suite is that of Node ${run.suiteVersion}, the library that of Node ${run.runtimeVersion}: some files
fail in that Node itself, which is newer than they are. The last share leaves out what Node itself fails or skips.

${renderModuleTable(scoreModules(results, control))}

[What a guest refuses by name](refused-by-name.md) says what a program sees where something is not there.

Callbacks of a \`FinalizationRegistry\` run, as Node's, between two turns of the event loop after a collection of the old
generation, and \`Atomics.waitAsync\` settles when it is notified or times out; WebAssembly's \`memory.atomic.notify\` does
not wake it. WebAssembly is compiled when it is asked for, on the guest's own thread.

This page is written by the runner:

\`\`\`sh
pnpm conformance --suite <node checkout>/test --docs docs/node-compatibility.md
\`\`\`

The result of each file is in \`packages/node-tests/expectations/node-24.json\`; with \`--check\` the runner compares with it.

## What fails, and why

${renderReasons(results, control)}
`;
}
