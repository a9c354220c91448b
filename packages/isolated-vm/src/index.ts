export type { NodeRuntimeDriverOptions } from "./driver-options.ts";
export {
  type ConformanceFlags,
  createConformanceDriverFactory,
  createNodeRuntimeDriverFactory,
} from "./node-runtime-driver-factory.ts";
