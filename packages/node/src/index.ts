export { createNodeDriver } from "./node-driver.ts";
export type { NodeDriverOptions } from "./node-driver-options.ts";
