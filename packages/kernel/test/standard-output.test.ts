import type { Diagnostic } from "@vivarium/core";
import { expect, test } from "vitest";
import { Attempt } from "../src/attempt.ts";
import { runSteps } from "../src/maybe-async.ts";
import { StandardOutput } from "../src/standard-output.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";

function faultsOf(onOutput: () => Promise<void> | undefined): Diagnostic[] {
  const faults: Diagnostic[] = [];
  const output = new StandardOutput({ limitBytes: 100, onOutput, onFault: (fault) => faults.push(fault) });
  runSteps(output.write(new Attempt(true), "stdout", new Uint8Array(5)));
  return faults;
}

test("no embedder hears of a guest that writes to another which reads no more, or is over", () => {
  for (const code of ["EPIPE", "ECANCELED"] as const)
    expect(
      faultsOf(() => {
        throw new CallFailure(code);
      }),
    ).toEqual([]);
});

test("an embedder hears of a listener that throws", () => {
  const faults = faultsOf(() => {
    throw new Error("mine");
  });
  expect(faults).toEqual([expect.objectContaining({ code: "ERR_STDIO_LISTENER" })]);
});
