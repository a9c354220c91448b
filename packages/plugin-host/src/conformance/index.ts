export { describePluginSandbox, type TestFramework } from "./describe-plugin-sandbox.ts";
export { pluginSandboxCases } from "./plugin-sandbox-cases.ts";
export type { MakeSandbox, PluginSandboxCase, SandboxTopic } from "./sandbox-case.ts";
