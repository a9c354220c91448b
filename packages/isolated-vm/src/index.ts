export type { NodeRuntimeDriverOptions } from "./driver-options.ts";
export { createNodeRuntimeDriverFactory } from "./node-runtime-driver-factory.ts";
