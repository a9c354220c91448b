import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("process cells", () => createNodeRuntimeDriverFactory({ cells: "process" }));

describeRuntimeDriver("inline cells", () => createNodeRuntimeDriverFactory({ cells: "inline" }), {
  abortsBusyGuests: false,
  waitsForChecks: false,
});
