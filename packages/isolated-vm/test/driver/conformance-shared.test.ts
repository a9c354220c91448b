import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";
import { sampledCases } from "./cell-kinds.ts";

describeRuntimeDriver(
  "shared process cells",
  () => createNodeRuntimeDriverFactory({ isolation: "shared" }),
  {
    boundsProcesses: process.platform === "linux",
  },
  sampledCases,
);
