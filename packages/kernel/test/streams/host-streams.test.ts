import type { Diagnostic } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { Attempt } from "../../src/attempt.ts";
import { runSteps } from "../../src/maybe-async.ts";
import { HostStreams } from "../../src/streams/host-streams.ts";
import { createStreamCalls } from "../../src/streams/stream-calls.ts";
import { CallFailure } from "../../src/system-calls/call-failure.ts";
import { ScriptedStream } from "./scripted-stream.ts";

class Bench {
  readonly diagnostics: Diagnostic[] = [];
  readonly streams: HostStreams;
  readonly #calls: ReturnType<typeof createStreamCalls>;

  constructor(limit = 8) {
    this.streams = new HostStreams({ limit, onDiagnostic: (diagnostic) => this.diagnostics.push(diagnostic) });
    this.#calls = createStreamCalls(this.streams);
  }

  /** The text that was read, or the code of the failure. */
  async read(stream: number, length = 1024, mayWait = true): Promise<string> {
    return this.#outcome(async () => {
      const wouldWait = (): Error => new CallFailure("ENOTSUP");
      const bytes = await runSteps(this.#calls["stream.read"](new Attempt(mayWait), stream, length), {
        mayWait,
        wouldWait,
      });
      return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : "a piece";
    });
  }

  async write(stream: number, text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    return this.#outcome(async () => {
      await runSteps(this.#calls["stream.write"](new Attempt(true), stream, bytes));
      return "taken";
    });
  }

  async shutdown(stream: number): Promise<string> {
    return this.#outcome(async () => {
      await runSteps(this.#calls["stream.shutdown"](new Attempt(true), stream));
      return "shut";
    });
  }

  async #outcome(action: () => Promise<string>): Promise<string> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      return error.reason === undefined ? error.code : `${error.code}: ${error.reason}`;
    }
  }
}

describe("the byte streams of a guest", () => {
  it("are read in pieces of the length that is asked for, and once to their end", async () => {
    const bench = new Bench();
    const stream = bench.streams.add(new ScriptedStream("hello", "", "world", undefined));
    expect([await bench.read(stream, 2), await bench.read(stream), await bench.read(stream)]).toEqual([
      "he",
      "llo",
      "world",
    ]);
    expect([await bench.read(stream), await bench.read(stream)]).toEqual(["", ""]);
  });

  it("are read by one at a time", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const stream = bench.streams.add(source);
    const first = bench.read(stream);
    expect(await bench.read(stream)).toBe("EBUSY");
    source.arrive("late");
    expect(await first).toBe("late");
  });

  it("lose nothing to a read that could not wait", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const stream = bench.streams.add(source);
    expect(await bench.read(stream, 9, false)).toBe("ENOTSUP");
    source.arrive("kept");
    expect(await bench.read(stream)).toBe("kept");
  });

  it("are written in order, each piece when the one before has been taken, and shut after the last", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const stream = bench.streams.add(source);
    const all = [bench.write(stream, "a"), bench.write(stream, "b"), bench.shutdown(stream)];
    expect(source.written).toEqual(["a"]);
    source.taken?.();
    await expect.poll(() => source.written).toEqual(["a", "b"]);
    source.taken?.();
    expect(await Promise.all(all)).toEqual(["taken", "taken", "shut"]);
    expect(source.written).toEqual(["a", "b", "FIN"]);
    expect(await bench.write(stream, "c")).toBe("EPIPE");
  });

  it("take so many writes at a time", async () => {
    const bench = new Bench();
    const stream = bench.streams.add(new ScriptedStream());
    const writes = Array.from({ length: 70 }, () => bench.write(stream, "x"));
    bench.streams.close(stream);
    const codes = await Promise.all(writes);
    expect(codes.filter((code) => code.startsWith("EAGAIN"))).toHaveLength(6);
    expect(codes.filter((code) => code === "ECANCELED")).toHaveLength(64);
  });

  it("give what comes while they wait to be changed to what they are changed into", async () => {
    const bench = new Bench();
    const source = new ScriptedStream("plain");
    const number = bench.streams.add(source);
    const stream = bench.streams.get(number);
    expect(await bench.read(number)).toBe("plain");
    const read = bench.read(number);
    const write = bench.write(number, "last of the old");
    const change = stream.change(async (old) => {
      expect(stream.given).toBe(5);
      return new ScriptedStream(`made of ${new TextDecoder().decode(await old.read())}`);
    });
    source.arrive("what is encrypted");
    await new Promise((resolve) => setImmediate(resolve));
    source.taken?.();
    await Promise.all([write, change]);
    expect(await read).toBe("made of what is encrypted");
  });

  it("end what waits for them when they are closed, and close once", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const stream = bench.streams.add(source);
    const waiting = [bench.read(stream), bench.write(stream, "a"), bench.write(stream, "b"), bench.shutdown(stream)];
    bench.streams.close(stream);
    bench.streams.close(stream);
    expect(await Promise.all(waiting)).toEqual(["ECANCELED", "ECANCELED", "ECANCELED", "ECANCELED"]);
    expect(source.isDestroyed).toBe(true);
    expect(source.written).toEqual(["a"]);
    expect(await bench.read(stream)).toBe("EBADF");
  });

  it("are so many, and none once the run is over", async () => {
    const bench = new Bench(2);
    const sources = [new ScriptedStream(), new ScriptedStream(), new ScriptedStream(), new ScriptedStream()] as const;
    const first = bench.streams.add(sources[0]);
    bench.streams.add(sources[1]);
    expect(() => bench.streams.add(sources[2])).toThrow("EMFILE");
    expect(sources[2].isDestroyed).toBe(true);
    const reading = bench.read(first);
    bench.streams.closeAll();
    expect(await reading).toBe("ECANCELED");
    expect(() => bench.streams.add(sources[3])).toThrow("ECANCELED");
    expect(sources.map((source) => source.isDestroyed)).toEqual([true, true, true, true]);
  });

  it("tell the guest the code and the reason of a failure, and of any other error the embedder alone", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const stream = bench.streams.add(source);
    const reset = bench.read(stream);
    source.fail(Object.assign(new Error("/host/path"), { code: "ECONNRESET", reason: "the peer is gone" }));
    expect(await reset).toBe("ECONNRESET: the peer is gone");
    const broken = bench.read(stream);
    source.fail(new Error("secret of the host"));
    expect(await broken).toBe("EIO");
    expect(bench.diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_THREW"]);
  });

  it("fail a read of a stream that gives what is no bytes", async () => {
    const bench = new Bench();
    const source = new ScriptedStream();
    const junk = Object.assign(source, { read: () => "text" as never });
    expect(await bench.read(bench.streams.add(junk))).toBe("EIO");
    expect(bench.diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_ANSWER"]);
  });
});
