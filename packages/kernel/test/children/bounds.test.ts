import {
  type ChildRun,
  type ChildWish,
  type CommandExecutor,
  type CommandRequest,
  type CommandResult,
  type Diagnostic,
  errnoOf,
  isPromiseLike,
} from "@vivarium/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Attempt } from "../../src/attempt.ts";
import { Children } from "../../src/children/children.ts";
import { channelPair } from "../../src/children/guest-channel.ts";
import { GuestStarts } from "../../src/children/guest-start.ts";
import { OutputPipe } from "../../src/children/output-pipe.ts";
import { ownStreams } from "../../src/children/own-streams.ts";
import { StreamRoom } from "../../src/children/stream-room.ts";
import { runSteps } from "../../src/maybe-async.ts";
import { Loopback } from "../../src/network/loopback.ts";
import { HostStreams } from "../../src/streams/host-streams.ts";

const MIB = 1024 * 1024;
const refused = (code: string) => expect.objectContaining({ code });

describe("what a guest has not read of a child", () => {
  test("is 64 MiB at most, of a child that does not wait", () => {
    expect(() => new OutputPipe().push(new Uint8Array(64 * MIB + 1))).toThrow(refused("ENOBUFS"));
    const pipe = new OutputPipe(10);
    pipe.push(new Uint8Array(6));
    expect(() => pipe.push(new Uint8Array(5))).toThrow(refused("ENOBUFS"));
    pipe.read();
    pipe.push(new Uint8Array(5));
  });

  test("has a child that waits wait from 64 KiB on", async () => {
    const pipe = new OutputPipe();
    expect(pipe.push(new Uint8Array(65_536))).toBeUndefined();
    const room = pipe.push(new Uint8Array(1));
    expect(isPromiseLike(room)).toBe(true);
    await pipe.read();
    await room;
  });

  test("is 256 KiB of messages at most, in each direction", () => {
    const [parent, child] = channelPair(new StreamRoom());
    parent.write(new Uint8Array(256 * 1024));
    expect(() => parent.write(new Uint8Array(1))).toThrow(refused("ENOBUFS"));
    child.write(new Uint8Array(1));
    child.read();
    parent.write(new Uint8Array(1));
  });
});

/** The children of a guest whose commands do what `run` says. */
function childrenOf(run: CommandExecutor["run"], diagnostics: Diagnostic[] = []): Children {
  const onDiagnostic = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const limits = {
    memoryLimit: 1,
    processOverheadLimit: 256,
    cpuTimeLimitMs: 5_000,
    wallTimeLimitMs: 5_000,
    outputLimitBytes: 1_000_000,
    resultLimitBytes: 1_000_000,
    openFilesLimit: 64,
    systemCallLimit: 1_000,
    systemCallRateLimit: 1_000,
    pendingCallsLimit: 100,
    timersLimit: 100,
    threadsLimit: 16,
  };
  const executor = { run };
  const permissions = { childProcess: () => true };
  const execution = { code: "", filePath: "/main.js", argv: [], env: {}, cwd: "/", stdin: "", limits };
  const systemDriver = { permissions, processConfig: {}, osConfig: {}, commands: executor };
  return new Children({
    executor,
    check: permissions.childProcess,
    envCheck: undefined,
    given: {},
    guests: new GuestStarts({ systemDriver, execution, onDiagnostic }, new Loopback()),
    processConfig: {},
    pid: 1,
    limits,
    own: ownStreams(() => ({ result: 0 })),
    cwd: () => "/",
    streams: new HostStreams({ limit: 8, onDiagnostic }),
    room: new StreamRoom(),
    onDiagnostic,
  });
}

const wish: ChildWish = { file: "any", args: ["any"], env: [], stdio: ["ignore", "pipe", "pipe"] };

/** How a command ended for which its guest has waited, what it wrote, and in how many pieces that was told. */
async function runOne(
  children: Children,
  wanted: ChildWish = wish,
): Promise<ChildRun & { readonly text: string; readonly pieces: number }> {
  const prepared = await runSteps(children.prepare(new Attempt(true), wanted, true));
  const pieces = await children.run(prepared, wanted, new Uint8Array(0));
  const all = Buffer.concat(pieces);
  const at = 4 + all.readUInt32LE(0);
  return { ...JSON.parse(all.toString("utf8", 4, at)), text: all.toString("latin1", at), pieces: pieces.length };
}

async function untilKilled({ signal }: CommandRequest): Promise<CommandResult> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return { code: null, signal: "SIGTERM" };
}

describe("what a guest waits for in its call", () => {
  test("is the limit of its memory at most and what is read at once, of each output, whichever time it is", async () => {
    const children = childrenOf(async (request) => {
      await request.onStdout(new Uint8Array(MIB - 1));
      await request.onStderr(Buffer.from("beside it"));
      await request.onStdout(Buffer.alloc(100_000, "a"));
      await request.onStdout(Buffer.from("late"));
      return untilKilled(request);
    });
    for (let time = 0; time < 2; time += 1) {
      const { error, signal, outputs, text } = await runOne(children);
      expect({ error, signal, outputs }).toEqual({
        error: errnoOf("ENOBUFS"),
        signal: "SIGTERM",
        outputs: [null, MIB - 1 + 65_536, 9],
      });
      expect(text.slice(-10)).toBe("abeside it");
    }
  });

  test("ends the child from what it says itself on, be that less than nothing", async () => {
    const children = childrenOf(async (request) => {
      for (const text of ["ab", "c", "d"]) await request.onStdout(Buffer.from(text));
      return untilKilled(request);
    });
    expect(await runOne(children, { ...wish, maxBuffer: 2 })).toMatchObject({ text: "abc", outputs: [null, 3, 0] });
    expect(await runOne(children, { ...wish, maxBuffer: -1 })).toMatchObject({ text: "ab", outputs: [null, 2, 0] });
  });

  test("crosses in pieces of a mebibyte, however it was written", async () => {
    const children = childrenOf(async ({ onStdout, onStderr }) => {
      for (let part = 0; part < 1_000; part += 1) await onStdout(Buffer.from(String(part).padStart(1_024, " ")));
      for (let part = 0; part < 100; part += 1) await onStderr(Buffer.from("0123456789"));
      return { code: 0, signal: null };
    });
    const { text, pieces } = await runOne(children);
    expect(text.length).toBe(1_024_000 + 1_000);
    expect([text.slice(1_023_997, 1_024_003), pieces]).toEqual(["999012", 1]);
    const larger = childrenOf(async ({ onStdout, onStderr }) => {
      await Promise.all([onStdout(new Uint8Array(MIB)), onStderr(Buffer.from("x"))]);
      return { code: 0, signal: null };
    });
    expect(await runOne(larger)).toMatchObject({ pieces: 3, outputs: [null, MIB, 1] });
  });

  test("is one child at a time", async () => {
    const children = childrenOf(untilKilled);
    const first = runOne(children);
    await expect(runOne(children)).rejects.toThrow(refused("EBUSY"));
    await children.dispose();
    await first;
  });
});

describe("the end of a run", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("waits five seconds for a command that does not end, and tells of it", async () => {
    const diagnostics: Diagnostic[] = [];
    const children = childrenOf(() => new Promise(() => undefined), diagnostics);
    const prepared = await runSteps(children.prepare(new Attempt(true), wish, false));
    children.spawn(prepared, { ...wish, stdio: [] });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let isOver = false;
    const over = children.dispose().then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(4_999);
    expect([isOver, diagnostics]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(1);
    await over;
    expect(diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_ANSWER"]);
  });
});
