import { describeRuntimeDriver } from "@vivarium/conformance";
import { createUnconfinedDriverFactory } from "../../src/node-runtime-driver-factory.ts";
import { sampledCases } from "./cell-kinds.ts";

describeRuntimeDriver(
  "process cells that Node's permission model holds",
  () => createUnconfinedDriverFactory({}),
  {
    boundsProcesses: process.platform === "linux",
  },
  sampledCases,
);
