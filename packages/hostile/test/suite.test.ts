import { beforeAll, describe, expect, it } from "vitest";
import { findProgram, programGroups } from "../src/all-programs.ts";
import { Host } from "../src/host.ts";
import { judge } from "../src/judge.ts";
import { renderHead, renderSummary, renderVerdict } from "../src/render-verdicts.ts";
import { runSuite, type SuiteResult } from "../src/run-suite.ts";

/** One or two of each idea that end within a moment. */
const quick: readonly string[] = [
  "heap-arrays",
  "recursion-through-native-code",
  "buffers",
  "idle-aborted",
  "to-primitive-in-exports",
  "output",
  "exports-long-text",
  "frames-on-every-descriptor",
  "ports-forged",
  "thenable-exports",
];

describe("The suite of hostile programs", () => {
  it("has at least sixty programs, each with a name of its own and an end that is right", () => {
    const programs = programGroups.flatMap((group) => group.programs);
    expect(programs.length).toBeGreaterThanOrEqual(60);
    expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
    expect(programs.filter(({ ends }) => ends.length === 0)).toEqual([]);
  });

  it("knows its programs by name, and no others", () => {
    expect(findProgram("loop").program).toBe("for (;;);");
    expect(() => findProgram("harmless")).toThrow("There is no hostile program named harmless");
  });
});

describe("A host with process cells", () => {
  let result: SuiteResult;

  beforeAll(async () => {
    const programs = quick.map(findProgram);
    result = await runSuite({ groups: [{ name: "quick", programs }], cells: "process" });
  }, 90_000);

  it.each(quick)("comes through %s", (name) => {
    const verdict = result.verdicts.find(({ program }) => program.name === name);
    expect(verdict?.end.kind).toBe("report");
    // The figures of the table are those of a machine that has nothing else to do: here only the rest is judged.
    expect(verdict?.end.kind === "report" && verdict.end.report.faults).toEqual([]);
  });

  it("is reported in lines that a person can read", () => {
    const [first] = result.verdicts;
    expect(first && renderVerdict(first)).toMatch(
      /^quick\/heap-arrays +out-of-memory +\d+ +\d+\.\d +\d+\.\d +\d+\.\d {2}/,
    );
    expect(renderHead()).toMatch(/^program +outcome +ms +stall +pause +MiB$/);
    expect(renderSummary(result)).toMatch(/\d+ passed, \d+ failed/);
  });
});

describe("The judge", () => {
  const program = findProgram("loop");
  const report = {
    outcome: "cpu-time-limit",
    message: "",
    faults: [],
    elapsedMs: 1_010,
    stallMs: 2,
    pauseMs: 900,
    sizeBytes: 1e8,
    growthBytes: 1e6,
  } as const;

  it("is content with a host whose machine stood still", () => {
    expect(judge(program, { kind: "report", report })).toEqual([]);
  });

  it.each([
    ["a stall", { stallMs: 51 }, "the host was held up for 51 ms"],
    ["growth", { growthBytes: 2 ** 26 }, "the host grew by 64 MiB"],
    ["a limit that did not hold", { elapsedMs: 6_000 }, "the run took 6.0 s"],
    ["a fault", { faults: ["ERR_CELL_FAILED: x"] }, "ERR_CELL_FAILED: x"],
  ])("complains about %s", (_what, figures, complaint) => {
    expect(judge(program, { kind: "report", report: { ...report, ...figures } })).toEqual([complaint]);
  });

  it("complains about a host that is gone", () => {
    expect(judge(program, { kind: "lost", reason: "the host died: SIGSEGV" })).toEqual(["the host died: SIGSEGV"]);
  });
});

describe("A host with inline cells", () => {
  it("is watched the same way: its report tells for how long a loop held it up", async () => {
    const host = new Host("inline");
    try {
      const end = await host.attack("loop");
      expect(end.kind === "report" && end.report.outcome).toBe("cpu-time-limit");
      expect(end.kind === "report" && end.report.stallMs).toBeGreaterThan(200);
      expect(judge(findProgram("loop"), end).join()).toContain("the host was held up for");
    } finally {
      await host.stop();
    }
  });

  it("is reported as lost when it does not know the program", async () => {
    const host = new Host("process");
    try {
      const end = await host.attack("harmless");
      expect(end).toMatchObject({ kind: "lost", reason: expect.stringContaining("There is no hostile program") });
    } finally {
      await host.stop();
    }
  });
});
