import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findProgram, programGroups } from "../src/all-programs.ts";
import { Host } from "../src/host.ts";
import type { CellKind } from "../src/host-messages.ts";
import { renderHostilePage } from "../src/hostile-page.ts";
import { judge } from "../src/judge.ts";
import { renderHead, renderSummary, renderVerdict } from "../src/render-verdicts.ts";
import { runSuite, type SuiteResult, type Verdict } from "../src/run-suite.ts";
import { loadSuite, saveSuite } from "../src/saved-suite.ts";

/** One or two of each idea that end within a moment. */
const quick: readonly string[] = [
  "heap-arrays",
  "loop-in-scripts-with-a-time",
  "recursion-through-native-code",
  "buffers",
  "idle-aborted",
  "to-primitive-in-exports",
  "output",
  "exports-long-text",
  "frames-on-every-descriptor",
  "ports-forged",
  "thenable-exports",
  "hook-long-text",
  "hook-bombs",
  "hook-headers-that-inject",
  "hook-error-that-pollutes",
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
      /^quick\/heap-arrays +out-of-memory +\d+ +\d+\.\d +\d+\.\d +\d+\.\d +-?\d+\.\d {2}/,
    );
    expect(renderHead()).toMatch(/^program +outcome +ms +stall +pause +MiB +stays$/);
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
    lastingBytes: 0,
  } as const;

  it("is content with a host whose machine stood still", () => {
    expect(judge(program, { kind: "report", report }, "process")).toEqual([]);
  });

  it.each([
    ["a stall", { stallMs: 51 }, "the host was held up for 51 ms"],
    ["growth", { growthBytes: 2 ** 26 }, "the host grew by 64 MiB"],
    ["a limit that did not hold", { elapsedMs: 6_000 }, "the run took 6.0 s"],
    ["a fault", { faults: ["ERR_CELL_FAILED: x"] }, "ERR_CELL_FAILED: x"],
  ])("complains about %s", (_what, figures, complaint) => {
    expect(judge(program, { kind: "report", report: { ...report, ...figures } }, "process")).toEqual([complaint]);
  });

  it.each(["worker", "inline"] as const)(
    "complains about growth that stays, where %s cells share the process",
    (cells) => {
      const grown = { ...report, growthBytes: 2 ** 28 };
      expect(judge(program, { kind: "report", report: grown }, cells)).toEqual([]);
      expect(judge(program, { kind: "report", report: { ...grown, lastingBytes: 2 ** 26 } }, cells)).toEqual([
        "the host grew by 64 MiB, and still is so much larger",
      ]);
    },
  );

  it("complains about a host that is gone", () => {
    expect(judge(program, { kind: "lost", reason: "the host died: SIGSEGV" }, "inline")).toEqual([
      "the host died: SIGSEGV",
    ]);
  });
});

describe("A host with inline cells", () => {
  it("is watched the same way: its report tells for how long a loop held it up", async () => {
    const host = new Host("inline");
    try {
      const end = await host.attack("loop");
      expect(end.kind === "report" && end.report.outcome).toBe("cpu-time-limit");
      expect(end.kind === "report" && end.report.stallMs).toBeGreaterThan(200);
      expect(judge(findProgram("loop"), end, "inline").join()).toContain("the host was held up for");
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

describe("What a run has shown", () => {
  const verdictOf = (name: string, reason: string): Verdict => {
    const end = { kind: "lost", reason } as const;
    return { group: "quick", program: findProgram(name), end, complaints: [reason] };
  };

  it("can be kept in files for a page that is written later; of what was run twice, the later counts", () => {
    const folder = mkdtempSync(join(tmpdir(), "vivarium-hostile-"));
    try {
      const files = ["first.json", "second.json"].map((name) => join(folder, name));
      const [first = "", second = ""] = files;
      const verdicts = [verdictOf("loop", "died"), verdictOf("map", "died")];
      saveSuite(first, { cells: "worker", verdicts, passed: false });
      saveSuite(second, { cells: "worker", verdicts: [verdictOf("loop", "hung")], passed: false });
      const { verdicts: loaded, passed } = loadSuite(files, "worker");
      expect(loaded.map(({ program, complaints }) => [program.name, complaints])).toEqual([
        ["loop", ["hung"]],
        ["map", ["died"]],
      ]);
      expect(loaded[0]?.program).toBe(findProgram("loop"));
      expect(passed).toBe(false);
      expect(() => loadSuite(files, "inline")).toThrow("No file tells of inline cells");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("becomes a page that names what is not held, and takes it for granted that an inline cell is held up", () => {
    const figures = {
      message: "",
      faults: [],
      elapsedMs: 1000,
      pauseMs: 900,
      sizeBytes: 1e8,
      growthBytes: 1e6,
      lastingBytes: 0,
    };
    const report = { ...figures, outcome: "cpu-time-limit", stallMs: 900 } as const;
    const stalled: Verdict = {
      group: "quick",
      program: findProgram("loop"),
      end: { kind: "report", report },
      complaints: ["the host was held up for 900 ms"],
    };
    const suite = (cells: CellKind, verdicts: readonly Verdict[]): SuiteResult => ({ cells, verdicts, passed: false });
    const page = renderHostilePage({
      process: suite("process", [{ ...stalled, complaints: [] }, verdictOf("map", "died")]),
      worker: suite("worker", [stalled, verdictOf("map", "died `|` here")]),
      inline: suite("inline", [stalled, verdictOf("map", "answers no more")]),
    });
    expect(page).toContain("| process | 1 of 2 | 1 | 900 | 1 |");
    expect(page).toContain("| `map` | died   here |");
    expect(page.match(/the host was held up for 900 ms/gu)).toHaveLength(1);
    expect(page).toContain(
      "| `loop` | cpu-time-limit, 900, 1 | cpu-time-limit (!), 900, 0 | cpu-time-limit (!), 900, 0 |",
    );
    expect(page).toContain("| `map` | **host lost** | **host lost** | **host lost** |");
  });
});
