import { expect, it } from "vitest";
import { bindingsRead } from "../../scripts/bindings-read.ts";
import { missingBindings } from "../harness/missing-bindings.ts";
import { readLibrary } from "../harness/run-program.ts";

it("every property that Node's library reads from a binding is there, or declared to be missing", async () => {
  expect(await missingBindings()).toEqual([]);
});

it("the reader of the library's sources finds what it is to find", () => {
  const read = bindingsRead(readLibrary());
  expect(read.get("fs")).toContain("writeBuffer");
  expect(read.get("util")).toContain("getPromiseDetails");
  expect(read.get("timers")).toContain("scheduleTimer");
  expect(read.size).toBeGreaterThan(40);
});
