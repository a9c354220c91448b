import { expect, test } from "vitest";
import { LeftMemory } from "../../src/cell/left-memory.ts";

test("what guests leave free is given back each time that the process has grown much, and not for what stays", () => {
  let size = 100;
  const given: number[] = [];
  const left = new LeftMemory(
    () => given.push(size),
    () => size * 2 ** 20,
  );
  for (const mib of [100, 120, 140, 140, 140, 90, 121, 123]) {
    size = mib;
    left.freed();
  }
  expect(given).toEqual([140, 123]);
});
