import { contextCases } from "./context-cases.ts";
import { executionCases } from "./execution-cases.ts";
import { isolationCases } from "./isolation-cases.ts";
import { lifeCases } from "./life-cases.ts";
import { limitCases } from "./limit-cases.ts";
import type { PluginSandboxCase } from "./sandbox-case.ts";

/** All that is expected of a sandbox for plugins. */
export const pluginSandboxCases: readonly PluginSandboxCase[] = [
  ...executionCases,
  ...isolationCases,
  ...contextCases,
  ...limitCases,
  ...lifeCases,
];
