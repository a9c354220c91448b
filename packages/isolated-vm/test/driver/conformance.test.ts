import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("process cells", () => createNodeRuntimeDriverFactory({ cells: "process" }), {
  boundsProcesses: process.platform === "linux",
});

describeRuntimeDriver("shared process cells", () => createNodeRuntimeDriverFactory({ isolation: "shared" }), {
  boundsProcesses: process.platform === "linux",
});

describeRuntimeDriver("worker cells", () => createNodeRuntimeDriverFactory({ cells: "worker" }), {
  boundsProcesses: false,
});

describeRuntimeDriver("inline cells", () => createNodeRuntimeDriverFactory({ cells: "inline" }), {
  abortsBusyGuests: false,
  boundsProcesses: false,
  waitsForChecks: false,
});
