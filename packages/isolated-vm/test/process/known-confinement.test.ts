import { describe, expect, test } from "vitest";
import type { Confined } from "../../src/cell/cell-confinement.ts";
import { processIsolation } from "../../src/process/isolation-report.ts";
import { KnownConfinement } from "../../src/process/known-confinement.ts";

const said = (own: Partial<Confined>): Confined => ({
  isConfined: true,
  landlock: 0,
  namespaces: false,
  nodePermission: false,
  problem: "",
  ...own,
});

/** What is reported once cells have said so whether they are in namespaces. */
function reportOf(cells: readonly boolean[]): ReturnType<typeof processIsolation> {
  const known = new KnownConfinement();
  for (const namespaces of cells) known.take(said({ namespaces }), () => undefined);
  if (known.confined === undefined) throw new Error("Nothing is known");
  return processIsolation(known.confined, "nothing");
}

const always = ["process", "seccomp", "no_new_privs", "rlimits"];

describe("what is known of the confinement of cells", () => {
  test("is nothing before the first", () => {
    expect(new KnownConfinement().confined).toBeUndefined();
  });

  test.each([[[true]], [[true, true]]])("a measure that every cell has is in force: %j", (cells) => {
    expect(reportOf(cells)).toEqual({
      sharedWith: "nothing",
      confined: true,
      inForce: [...always, "namespaces"],
      missing: ["landlock"],
    });
  });

  test.each([[[false]], [[false, false]]])("one that no cell has is missing: %j", (cells) => {
    const report = reportOf(cells);
    expect(report).toMatchObject({ inForce: always, missing: ["landlock", "namespaces"] });
    expect(report).not.toHaveProperty("partly");
  });

  test.each([[[false, true]], [[true, false]], [[false, true, true]], [[true, false, false]]])(
    "one that some cells have is missing, and it is said that some have it: %j",
    (cells) => {
      expect(reportOf(cells)).toMatchObject({ missing: ["landlock", "namespaces"], partly: ["namespaces"] });
    },
  );

  test("is that of cells that run programs, whatever a first one was refused", () => {
    const known = new KnownConfinement();
    const problems: unknown[] = [];
    for (const each of [said({ isConfined: false, problem: "no memory" }), said({}), said({ isConfined: false })])
      known.take(each, ({ message }) => problems.push(message));
    expect(known.confined).toMatchObject({ isConfined: true, problem: "" });
    expect(problems).toEqual([expect.stringContaining("no memory")]);
  });
});
