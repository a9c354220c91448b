import type { Diagnostic } from "@vivarium/core";
import { expect, test } from "vitest";
import { StartFaults } from "../../src/process/start-faults.ts";

const fault = (message: string): Diagnostic => ({ code: "ERR_CELL_FAILED", message });

test("each cause for which cells have no guest is told once, until one has", () => {
  const told: string[] = [];
  const faults = new StartFaults(({ message }) => told.push(message));
  for (const message of ["no memory", "no memory", "no helper", "no memory"]) faults.tell(fault(message));
  expect(told).toEqual(["no memory", "no helper"]);
  faults.booted();
  faults.tell(fault("no memory"));
  expect(told).toEqual(["no memory", "no helper", "no memory"]);
});

test("a cell that gives another cause each time is not told for ever", () => {
  let told = 0;
  const faults = new StartFaults(() => (told += 1));
  for (let index = 0; index < 100; index += 1) faults.tell(fault(`cause ${index}`));
  expect(told).toBe(10);
});
