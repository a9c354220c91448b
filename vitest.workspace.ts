import type { TestProjectConfiguration } from "vitest/config";

/** Runs sources as they are: `@vivarium/*` resolves to `src/`, in the tests and in the processes that they start. */
const sourceCondition = "@vivarium/source";

/** isolated-vm demands this flag of every process that loads it. */
const isolateFlags: readonly string[] = ["--no-node-snapshot"];

/** What is done once before tests that start guests. */
const setups = ["prepare-guests", "fill-compile-cache"] as const;

interface ProjectShape {
  readonly root: string;
  /** Whether its tests start guests: what these need is then made first, where it is missing or stale. */
  readonly startsGuests: boolean;
  /** Whether its tests do what is a cell's, whose Node is started so. */
  readonly exposesInternals?: boolean;
  /** Whether its test files may follow one another in one process, which saves the start of one for each. */
  readonly sharesProcesses?: boolean;
}

const shapes: Readonly<Record<string, ProjectShape>> = {
  core: { root: "packages/core", startsGuests: false, sharesProcesses: true },
  kernel: { root: "packages/kernel", startsGuests: true, exposesInternals: true, sharesProcesses: true },
  "guest-node": { root: "packages/guest-node", startsGuests: true, sharesProcesses: true },
  "isolated-vm": { root: "packages/isolated-vm", startsGuests: true },
  memfs: { root: "packages/memfs", startsGuests: false, sharesProcesses: true },
  node: { root: "packages/node", startsGuests: false, sharesProcesses: true },
  conformance: { root: "packages/conformance", startsGuests: false },
  vivarium: { root: "packages/vivarium", startsGuests: true },
  requests: { root: "packages/requests", startsGuests: false, sharesProcesses: true },
  directus: { root: "packages/directus", startsGuests: true, sharesProcesses: true },
  "plugin-host": { root: "packages/plugin-host", startsGuests: true },
  "node-tests": { root: "packages/node-tests", startsGuests: true },
  "package-tests": { root: "packages/package-tests", startsGuests: true },
  hostile: { root: "packages/hostile", startsGuests: true },
  bench: { root: "packages/bench", startsGuests: true },
  examples: { root: "examples", startsGuests: true },
  workspace: { root: "scripts", startsGuests: true },
};

/** Every test project of the workspace; one per package, the examples, and the workspace's own scripts and documents. */
export const projects: TestProjectConfiguration[] = Object.entries(shapes).map(([name, shape]) => ({
  resolve: { conditions: [sourceCondition] },
  ssr: { resolve: { conditions: [sourceCondition], externalConditions: [sourceCondition] } },
  test: {
    name,
    root: shape.root,
    include: ["test/**/*.test.ts"],
    pool: "forks",
    isolate: shape.sharesProcesses !== true,
    execArgv: [
      `--conditions=${sourceCondition}`,
      ...isolateFlags,
      ...(shape.exposesInternals === true ? ["--expose-internals"] : []),
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: shape.startsGuests
      ? setups.map((name) => new URL(`./scripts/${name}.ts`, import.meta.url).pathname)
      : [],
  },
}));
