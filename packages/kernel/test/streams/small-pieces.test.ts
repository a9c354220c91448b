import { Duplex } from "node:stream";
import { byteStreamOf, isPromiseLike } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { Attempt } from "../../src/attempt.ts";
import { OutputPipe } from "../../src/children/output-pipe.ts";
import { runSteps } from "../../src/maybe-async.ts";
import { HostStream } from "../../src/streams/host-stream.ts";

describe("what is written byte by byte", () => {
  it("is kept in a pipe as few objects", async () => {
    const pipe = new OutputPipe();
    const written = Array.from({ length: 10_000 }, (_, index) => index % 251);
    for (const byte of written) pipe.push(Uint8Array.of(byte));
    const pieces: Uint8Array[] = [];
    pipe.finish();
    for (let piece = await pipe.read(); piece !== undefined; piece = await pipe.read()) pieces.push(piece);
    expect([...Buffer.concat(pieces)]).toEqual(written);
    expect(pieces.length).toBeLessThan(1_100);
  });

  it("waits for a duplex that has taken many pieces, however few bytes they have", () => {
    const stream = byteStreamOf(new Duplex({ read() {}, write() {} }));
    const answers = Array.from({ length: 300 }, () => stream.write(Uint8Array.of(1)));
    expect(answers.findIndex((answer) => isPromiseLike(answer))).toBe(255);
  });

  it("goes on when the duplex has passed it on", async () => {
    const passed: (() => void)[] = [];
    const stream = byteStreamOf(
      new Duplex({ read() {}, write: (_piece, _encoding, taken) => void passed.push(taken) }),
    );
    let waiting: unknown;
    while (!isPromiseLike(waiting)) waiting = stream.write(Uint8Array.of(1));
    const ended = setInterval(() => passed.shift()?.(), 0);
    await waiting;
    clearInterval(ended);
    expect(stream.write(Uint8Array.of(1))).toBeUndefined();
  });

  it("holds nothing of what came beside it", () => {
    const taken: Uint8Array[] = [];
    const source = {
      read: () => undefined,
      write: (bytes: Uint8Array) => void taken.push(bytes),
      end() {},
      destroy() {},
    };
    const stream = new HostStream(source, "network", () => undefined);
    const chunk = new Uint8Array(65_536).fill(7);
    runSteps(stream.write(new Attempt(true), chunk.subarray(10, 12)));
    expect(taken.map((bytes) => [...bytes])).toEqual([[7, 7]]);
    expect(taken[0]?.buffer.byteLength).toBe(2);
  });
});
