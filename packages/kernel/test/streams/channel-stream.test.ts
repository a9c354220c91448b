import { describe, expect, it } from "vitest";
import { Attempt } from "../../src/attempt.ts";
import { runSteps } from "../../src/maybe-async.ts";
import { HostStreams } from "../../src/streams/host-streams.ts";
import { createStreamCalls } from "../../src/streams/stream-calls.ts";
import { CallFailure } from "../../src/system-calls/call-failure.ts";
import { ScriptedStream } from "./scripted-stream.ts";

const LENGTH = 1024;

function bench(...pieces: readonly (string | undefined)[]) {
  const source = new ScriptedStream(...pieces);
  const streams = new HostStreams({ limit: 4, onDiagnostic: () => undefined });
  const calls = createStreamCalls(streams);
  const channel = streams.addChannel(source);
  const outcome = async (steps: ReturnType<(typeof calls)["stream.read"]>): Promise<string> => {
    try {
      return new TextDecoder().decode((await runSteps(steps)) as Uint8Array);
    } catch (error) {
      if (error instanceof CallFailure) return error.code;
      throw error;
    }
  };
  return {
    source,
    streams,
    other: streams.add(new ScriptedStream()),
    read: (length = LENGTH) => outcome(calls["stream.read"](new Attempt(true), channel, length)),
    readPast: (taken: number, stream = channel) =>
      outcome(calls["stream.readPast"](new Attempt(true), stream, LENGTH, taken)),
  };
}

describe("The channel between two guests", () => {
  it("gives what comes to whoever waits for it, in the place of the read that is under way", async () => {
    const { source, read, readPast } = bench();
    const under = read();
    expect(await read()).toBe("EBUSY");
    const first = readPast(0);
    expect(await under).toBe("EINTR");
    source.arrive("first");
    expect(await first).toBe("first");
    const next = read();
    source.arrive("second");
    expect(await next).toBe("second");
  });

  it("gives the last answer once more to a reader to whom it has not come", async () => {
    const { read, readPast } = bench("one", "two", undefined);
    expect(await read()).toBe("one");
    expect([await readPast(0), await readPast(0), await readPast(3)]).toEqual(["one", "one", "two"]);
    expect([await readPast(3), await readPast(6), await read()]).toEqual(["two", "", ""]);
  });

  it("loses nothing where a piece comes in the moment in which a read is passed", async () => {
    const { source, read, readPast } = bench();
    const under = read();
    source.arrive("both");
    const passing = readPast(0);
    expect([await under, await passing].sort()).toEqual(["EINTR", "both"]);
  });

  it("is nothing but that, and knows how far it can go back", async () => {
    const { other, streams, read, readPast } = bench("one", "two");
    expect(await readPast(0, other)).toBe("EBADF");
    expect([await read(), await read()]).toEqual(["one", "two"]);
    expect([await readPast(0), await readPast(7), await read(0)]).toEqual(["EINVAL", "EINVAL", "EINVAL"]);
    const under = readPast(6);
    streams.closeAll();
    expect(await under).toBe("ECANCELED");
  });
});
