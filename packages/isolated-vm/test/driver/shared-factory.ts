import type { RuntimeDriverFactory, SystemDriver } from "@vivarium/core";
import { afterAll, beforeAll } from "vitest";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";
import { type OpenDriver, openDriverOf } from "./open-driver.ts";

/** Opens a driver of the same factory each time. */
export type OpenNext = (system?: Partial<SystemDriver>) => OpenDriver;

/**
 * One factory for all tests of a suite, in which this is called. What cells are copied from is its, and costs more than
 * most tests: a driver that runs nothing keeps it until the suite is over.
 */
export function useFactory(options: NodeRuntimeDriverOptions): OpenNext {
  let factory: RuntimeDriverFactory | undefined;
  let keeper: OpenDriver | undefined;
  beforeAll(() => {
    factory = createNodeRuntimeDriverFactory({ idleTimeMs: 0, ...options });
    keeper = openDriverOf(factory);
  });
  afterAll(() => keeper?.[Symbol.asyncDispose]());
  return (system) => {
    if (factory === undefined) throw new Error("Drivers are opened within tests");
    return openDriverOf(factory, system);
  };
}
