import type { Diagnostic, GuestEntryName, Limits } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createGuestConfig, type EntryResult, runGuest } from "../src/index.ts";
import { GuestUnderTest } from "./support/guest-under-test.ts";
import { type Behaviour, ScriptedGuest } from "./support/scripted-guest.ts";

const limits: Limits = {
  memoryLimit: 64,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 1_000,
  wallTimeLimitMs: 10_000,
  outputLimitBytes: 1_000,
  resultLimitBytes: 10,
  openFilesLimit: 8,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 10_000,
  timersLimit: 10_000,
  threadsLimit: 16,
};

interface Run {
  readonly guest: GuestUnderTest;
  readonly isolate: ScriptedGuest;
  readonly diagnostics: Diagnostic[];
  drive(options?: {
    mode?: "run" | "exec";
    limits?: Partial<Limits>;
    signal?: AbortSignal;
  }): ReturnType<typeof runGuest>;
}

function prepare(behaviour: (guest: GuestUnderTest) => Partial<Record<GuestEntryName, Behaviour>>): Run {
  const guest = new GuestUnderTest({ permissions: { fs: () => true }, limits });
  const isolate = new ScriptedGuest(guest.window, behaviour(guest));
  const diagnostics: Diagnostic[] = [];
  return {
    guest,
    isolate,
    diagnostics,
    async drive({ mode = "run", limits: changed = {}, signal } = {}) {
      const onDiagnostic = (diagnostic: Diagnostic): void => {
        diagnostics.push(diagnostic);
      };
      const execution = { code: "", filePath: "/main.js", mode, limits: { ...limits, ...changed } };
      const systemDriver = { permissions: {}, processConfig: {}, osConfig: {} };
      const about = { argv: [], env: {}, cwd: "/", stdin: "", ...execution };
      const config = await createGuestConfig({ systemDriver, execution: about, onDiagnostic });
      const run = { isolate, calls: guest.calls, execution, config, onDiagnostic };
      return runGuest(signal === undefined ? run : { ...run, signal });
    },
  };
}

const timedOut = (spent: "cpu" | "wall") => (): EntryResult => ({ kind: "timed-out", spent });

describe("runGuest", () => {
  it("goes through a guest's doors in order, and hands its exports over", async () => {
    const { isolate, drive } = prepare((guest) => ({
      exit: () => 3,
      collectExports: () => guest.callWith("result.exports", "exports") as number,
    }));
    const report = await drive();
    expect(report.outcome).toEqual({ kind: "returned", code: 3 });
    expect(new TextDecoder().decode(report.exports)).toBe("exports");
    expect(isolate.entered).toEqual(["start", "main", "turn", "beforeExit", "exit", "collectExports"]);
  });

  it("collects no exports for exec", async () => {
    const { isolate, drive } = prepare(() => ({}));
    expect(await drive({ mode: "exec" })).toEqual({ outcome: { kind: "returned", code: 0 } });
    expect(isolate.entered).not.toContain("collectExports");
  });

  it("gives V8's tasks their time when the guest asks, and the guest another turn before it is over", async () => {
    let asked = 0;
    const { isolate, drive } = prepare((guest) => ({
      turn: () => {
        if (asked++ < 2) guest.call("loop.drain");
        return -1;
      },
    }));
    expect((await drive()).outcome).toEqual({ kind: "returned", code: 0 });
    expect(isolate.taskRuns).toBe(2);
    expect(isolate.entered.filter((entry) => entry === "turn")).toHaveLength(3);
  });

  it("waits for V8's tasks no longer than the deadline, and does not enter the guest again", async () => {
    const { isolate, drive } = prepare((guest) => ({
      turn: () => {
        guest.call("loop.drain");
        return 0;
      },
    }));
    isolate.taskRun = () => new Promise(() => {});
    const report = await drive({ limits: { wallTimeLimitMs: 50 } });
    expect(report.outcome).toEqual({ kind: "wall-time-limit", code: 124, limitMs: 50 });
    expect(isolate.entered).toEqual(["start", "main", "turn"]);
  });

  it("ends a guest with the call in which its time was over, and not when whoever bounds the entry finds out", async () => {
    const results: unknown[] = [];
    const { drive } = prepare((guest) => ({
      main: () => {
        results.push(guest.call("clock.sleep", 1), guest.call("clock.sleep", 400), guest.call("clock.sleep", 1));
        return 0;
      },
    }));
    const report = await drive({ limits: { wallTimeLimitMs: 300 } });
    expect(report.outcome).toEqual({ kind: "wall-time-limit", code: 124, limitMs: 300 });
    expect(results).toEqual([0, 0, "ECANCELED"]);
  });

  it("sleeps as long as the guest says, and turns again when beforeExit brought it to life", async () => {
    const turns = [5, 0, -1, -1];
    const lives = [1, 0];
    const { isolate, drive } = prepare(() => ({
      turn: () => turns.shift() ?? -1,
      beforeExit: () => lives.shift() ?? 0,
    }));
    await drive({ mode: "exec" });
    expect(isolate.entered.join(" ")).toBe("start main turn turn turn beforeExit turn beforeExit exit");
  });

  it("delivers what asynchronous calls come to, and waits for nothing else", async () => {
    const delivered: unknown[] = [];
    const { drive } = prepare((guest) => ({
      main: () => {
        guest.calls.calls["fs.stat"](7, 0, "/", true);
        guest.calls.calls["fs.stat"](8, 0, "/none", true);
        return 0;
      },
      turn: () => (delivered.length < 2 ? Number.POSITIVE_INFINITY : -1),
      deliver: (request, result) => {
        delivered.push([request, result]);
        return 0;
      },
    }));
    await drive({ mode: "exec" });
    expect(delivered).toEqual([
      [7, 0],
      [8, -2],
    ]);
  });

  it("is given what has come by then in one go, each answer with its own bytes", async () => {
    const delivered: unknown[] = [];
    const { isolate, drive } = prepare((guest) => ({
      main: () => {
        for (const [request, text] of ["first", "", "third"].entries())
          guest.calls.queue.complete(request, { result: 0, payload: new TextEncoder().encode(text) });
        return 0;
      },
      deliver: (request, _result, _reason, bytes) => {
        delivered.push([request, new TextDecoder().decode(bytes as Uint8Array)]);
        return 0;
      },
    }));
    await drive({ mode: "exec" });
    expect(delivered).toEqual([
      [0, "first"],
      [1, ""],
      [2, "third"],
    ]);
    expect(isolate.entered.join(" ")).toBe("start main turn beforeExit exit");
  });

  it("ends with the code of process.exit, and nothing runs after it", async () => {
    const { isolate, drive } = prepare((guest) => ({
      main: () => {
        guest.call("process.exit", 259);
        return { kind: "terminated" };
      },
    }));
    expect((await drive()).outcome).toEqual({ kind: "exited", code: 3 });
    expect(isolate.entered).toEqual(["start", "main"]);
  });

  it("tells an uncaught error", async () => {
    const { drive } = prepare((guest) => ({
      main: () => {
        guest.call("result.threw", "Error: boom", "Error: boom\n    at /program.js:1:7");
        guest.call("process.exit", 1);
        return { kind: "terminated" };
      },
    }));
    expect((await drive()).outcome).toEqual({
      kind: "threw",
      code: 1,
      errorMessage: "Error: boom",
      stack: "Error: boom\n    at /program.js:1:7",
    });
  });

  it("cuts a message that a guest makes long, and says by how much", async () => {
    const message = "x".repeat(100_000);
    const errorMessage = `${"x".repeat(65_536)}… and 34464 more characters`;
    const throwing = prepare((guest) => ({
      main: () => {
        guest.call("result.threw", message, "");
        guest.call("process.exit", 1);
        return { kind: "terminated" };
      },
    }));
    expect((await throwing.drive()).outcome).toEqual({ kind: "threw", code: 1, errorMessage });
    const refusing = prepare((guest) => ({
      collectExports: () => guest.call("result.refuse", "unexportable", message) as number,
    }));
    expect((await refusing.drive()).outcome).toEqual({ kind: "unexportable", code: 1, errorMessage });
  });

  it("ends with a byte for an exit code, whatever the guest answers", async () => {
    const codes: unknown[] = [];
    for (const code of [2 ** 31 - 1, 300, -1, 256, 7]) {
      codes.push((await prepare(() => ({ exit: () => code })).drive()).outcome.code);
    }
    expect(codes).toEqual([255, 44, 255, 0, 7]);
  });

  it("tells what cannot leave the guest", async () => {
    const refusing = prepare((guest) => ({
      collectExports: () => guest.call("result.refuse", "unexportable", "exports.f is a function") as number,
    }));
    const unexportable = { kind: "unexportable", code: 1, errorMessage: "exports.f is a function" };
    expect(await refusing.drive()).toEqual({ outcome: unexportable });
    const large = prepare((guest) => ({
      collectExports: () => {
        expect(guest.callWith("result.exports", "x".repeat(10))).toBe(0);
        expect(guest.callWith("result.exports", "x")).toBe("EFBIG");
      },
    }));
    const errorMessage = "exports is more than 10 bytes";
    const tooLarge = { kind: "result-limit", code: 1, limitBytes: 10, errorMessage };
    expect(await large.drive()).toEqual({ outcome: tooLarge });
  });

  it("puts exports together that come in pieces", async () => {
    const guest = prepare((guest) => ({
      collectExports: () => {
        for (const piece of ["in ", "", "pieces"]) guest.callWith("result.exports", piece);
      },
    }));
    expect(new TextDecoder().decode((await guest.drive()).exports)).toBe("in pieces");
  });

  it("gives every entry what is left of both budgets, and names the one that ran out", async () => {
    const cpu = prepare(() => ({ main: timedOut("cpu") }));
    expect((await cpu.drive({ limits: { wallTimeLimitMs: 500 } })).outcome).toEqual({
      kind: "cpu-time-limit",
      code: 124,
      limitMs: 1_000,
    });
    expect(cpu.isolate.budgets[0]?.cpuMs).toBe(1_000);
    expect(cpu.isolate.budgets[0]?.wallMs).toBeLessThanOrEqual(500);
    const wall = prepare(() => ({ main: timedOut("wall") }));
    const outcome = (await wall.drive({ limits: { wallTimeLimitMs: 5_000 } })).outcome;
    expect(outcome).toEqual({ kind: "wall-time-limit", code: 124, limitMs: 5_000 });
    const free = prepare(() => ({}));
    const infinite = Number.POSITIVE_INFINITY;
    await free.drive({ limits: { cpuTimeLimitMs: infinite, wallTimeLimitMs: infinite } });
    expect(free.isolate.budgets[0]).toEqual({ cpuMs: undefined, wallMs: undefined });
  });

  it("counts CPU time over all entries", async () => {
    const { isolate, drive } = prepare(() => ({
      turn: () => {
        isolate.cpuMs += 400;
        return 0;
      },
    }));
    expect((await drive()).outcome.kind).toBe("cpu-time-limit");
    expect(isolate.entered.filter((entry) => entry === "turn")).toHaveLength(3);
  });

  it("ends a guest that waits for ever, at the deadline or when it is aborted", async () => {
    const forever = { turn: () => Number.POSITIVE_INFINITY };
    const late = await prepare(() => forever).drive({ limits: { wallTimeLimitMs: 30 } });
    expect(late.outcome.kind).toBe("wall-time-limit");
    const controller = new AbortController();
    const running = prepare(() => forever).drive({ signal: controller.signal });
    controller.abort("enough");
    expect((await running).outcome).toEqual({ kind: "aborted", code: 130, reason: "enough" });
    const before = await prepare(() => forever).drive({ signal: AbortSignal.abort() });
    expect(before.outcome.kind).toBe("aborted");
  });

  it("lets the host run while a guest is always ready", async () => {
    let hostTurns = 0;
    const timer = setInterval(() => {
      hostTurns += 1;
    }, 1);
    let turns = 0;
    const { drive } = prepare(() => ({
      turn: () => {
        turns += 1;
        return turns < 5_000 ? 0 : -1;
      },
    }));
    await drive();
    clearInterval(timer);
    expect(hostTurns).toBeGreaterThan(0);
  });

  it("tells an engine that failed from a guest that did, and keeps its words from the guest's report", async () => {
    const { drive, diagnostics } = prepare(() => ({ main: () => ({ kind: "failed", message: "/host/path broke" }) }));
    const { outcome } = await drive();
    expect(outcome.kind).toBe("crashed");
    expect(JSON.stringify(outcome)).not.toContain("/host/path");
    expect(diagnostics.map(({ code }) => code)).toEqual(["ERR_CELL_FAILED"]);
    const memory = prepare(() => ({ main: () => ({ kind: "out-of-memory" }) }));
    expect((await memory.drive()).outcome).toEqual({ kind: "out-of-memory", code: 1, limitMiB: 64 });
  });

  it("serves no call once the run is over", async () => {
    const { guest, drive } = prepare(() => ({}));
    await drive();
    expect(guest.call("clock.now")).toBe("ECANCELED");
  });
});
