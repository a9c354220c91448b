export type { NodeRuntimeDriverOptions } from "./driver-options.ts";
export { createConformanceDriverFactory, createNodeRuntimeDriverFactory } from "./node-runtime-driver-factory.ts";
