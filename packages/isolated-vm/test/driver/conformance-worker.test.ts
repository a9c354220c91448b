import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";
import { sampledCases } from "./cell-kinds.ts";

describeRuntimeDriver(
  "worker cells",
  () => createNodeRuntimeDriverFactory({ cells: "worker" }),
  {
    boundsProcesses: false,
  },
  sampledCases,
);
