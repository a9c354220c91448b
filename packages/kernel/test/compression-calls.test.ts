import { types } from "node:util";
import { gzipSync } from "node:zlib";
import { encodeInert, WINDOW_BYTES } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createCompressionCalls } from "../src/compression/compression-calls.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";
import { GuestUnderTest } from "./support/guest-under-test.ts";

const GZIP = 3;
const GUNZIP = 4;
const FINISH = 4;
const HEADER_BYTES = 8;
const MOST_STREAMS = 4_096;
/** What Node's library begins a stream with. */
const usual = [15, 6, 8, 0, undefined, false];

function encoded(value: unknown): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: 100_000_000 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

function open(mode = GZIP, given: unknown = usual, engine = "Zlib") {
  const { calls, dispose } = createCompressionCalls();
  return { calls, dispose, number: calls["zlib.open"](engine, mode, encoded(given)) };
}

function codeOrType(action: () => unknown): string {
  try {
    return typeof action();
  } catch (error) {
    return (error as CallFailure).code;
  }
}

describe("compression beside a guest", () => {
  it("gives output in pieces of the room that there is, whatever its input unfolds to", () => {
    const { calls, number } = open(GUNZIP);
    let input: Uint8Array = gzipSync(Buffer.alloc(10_000_000));
    let total = 0;
    while (total < 10_000_000) {
      const answer = calls["zlib.write"](number, 0, 50_000, input) as Uint8Array;
      expect(answer.byteLength).toBeLessThanOrEqual(HEADER_BYTES + 50_000);
      const [, inputLeft = 0] = new Uint32Array(answer.slice(0, HEADER_BYTES).buffer);
      input = inputLeft === 0 ? new Uint8Array(0) : input.subarray(-inputLeft);
      total += answer.byteLength - HEADER_BYTES;
    }
    expect(total).toBe(10_000_000);
  });

  it("tells what the algorithm says of its input", () => {
    const { calls, number } = open(GUNZIP);
    expect(() => calls["zlib.write"](number, FINISH, 100, new Uint8Array([1, 2, 3]))).toThrow(
      expect.objectContaining({ code: "EINVAL", reason: "-3\0Z_DATA_ERROR\0incorrect header check" }),
    );
  });

  it.each([
    ["another engine", "Object", GZIP, usual],
    ["one of the prototype's names", "constructor", GZIP, usual],
    ["another mode", "Zlib", 12, usual],
    ["a mode of another engine", "BrotliEncoder", GZIP, [new Uint32Array(10)]],
    ["a window that there is not", "Zlib", GZIP, [99, 6, 8, 0, undefined, false]],
    ["no window", "Zlib", GZIP, ["15", 6, 8, 0, undefined, false]],
    ["a dictionary of another kind", "Zlib", GZIP, [15, 6, 8, 0, "text", false]],
    ["parameters of another kind", "ZstdCompress", 0, [[1], undefined, undefined]],
    ["nothing", "Zlib", GZIP, []],
    ["no array", "Zlib", GZIP, "text"],
  ])("refuses to begin with %s", (_, engine, mode, given) => {
    expect(() => open(mode, given, engine)).toThrow(new CallFailure("EINVAL"));
  });

  // Node's binding ends its process for some of these.
  it.each([
    ["a way to flush that there is not", 6, 100, 10],
    ["a negative way to flush", -1, 100, 10],
    ["more room than an answer has", 0, WINDOW_BYTES, 10],
    ["negative room", 0, -1, 10],
    ["more input than a step takes", 0, 100, WINDOW_BYTES + 1],
  ])("refuses %s", (_, flush, room, length) => {
    const { calls, number } = open();
    expect(() => calls["zlib.write"](number, flush, room, new Uint8Array(length))).toThrow(new CallFailure("EINVAL"));
  });

  it("knows no stream that it has not opened, or has closed", () => {
    const { calls, number } = open();
    calls["zlib.close"](number);
    calls["zlib.close"](number);
    for (const other of [number, number + 1, 0, -1, 2 ** 40]) {
      expect(() => calls["zlib.write"](other, 0, 10, new Uint8Array(1))).toThrow(new CallFailure("EBADF"));
      expect(() => calls["zlib.reset"](other)).toThrow(new CallFailure("EBADF"));
      expect(() => calls["zlib.params"](other, 1, 0)).toThrow(new CallFailure("EBADF"));
    }
  });

  it("bounds how many streams are open, and what they may take", () => {
    const small = createCompressionCalls();
    const beginning = encoded([8, 1, 1, 0, undefined, false]);
    for (let count = 0; count < MOST_STREAMS; count += 1) small.calls["zlib.open"]("Zlib", 1, beginning);
    expect(() => small.calls["zlib.open"]("Zlib", 1, beginning)).toThrow(new CallFailure("EMFILE"));
    small.calls["zlib.close"](1);
    expect(small.calls["zlib.open"]("Zlib", 1, beginning)).toBeGreaterThan(0);
    small.dispose();
    const large = createCompressionCalls();
    const parameters = new Uint32Array(202).fill(0xffff_ffff);
    parameters[101] = 27;
    expect(() => large.calls["zlib.open"]("ZstdCompress", 0, encoded([parameters, undefined, undefined]))).toThrow(
      new CallFailure("EMFILE"),
    );
  });

  it.each([
    ["a window of decompression that is too large", "ZstdDecompress", [[100, 30]], "EMFILE"],
    ["the largest window of decompression that is not", "ZstdDecompress", [[100, 28]], "number"],
    ["a level of compression that is none", "ZstdCompress", [[100, 99]], "number"],
  ] as const)("bounds what zstd may take: %s", (_, engine, given, expected) => {
    const parameters = new Uint32Array(202).fill(0xffff_ffff);
    for (const [at, value] of given) parameters[at] = value;
    expect(codeOrType(() => open(0, [parameters, undefined, undefined], engine).number)).toBe(expected);
  });

  it("bounds what a stream begins with", () => {
    const dictionary = new Uint8Array(64 * 1024 * 1024);
    expect(codeOrType(() => open(GZIP, [15, 6, 8, 0, dictionary, false]).number)).toBe("EINVAL");
    expect(codeOrType(() => open(GZIP, [15, 6, 8, 0, dictionary.subarray(1000), false]).number)).toBe("number");
    const brotli = (parameters: number) => open(9, [new Uint32Array(parameters).fill(0xffff_ffff)], "BrotliEncoder");
    expect(codeOrType(() => brotli(1_025).number)).toBe("EINVAL");
    expect(codeOrType(() => brotli(10).number)).toBe("number");
  });

  it("is over with its guest", () => {
    const guest = new GuestUnderTest();
    const number = guest.calls.calls["zlib.open"](0, encoded(usual), "Zlib", GZIP) as number;
    expect(guest.call("zlib.reset", number)).toBe(0);
    guest.calls.end({ kind: "returned", code: 0 });
    expect(guest.call("zlib.reset", number)).toBe("ECANCELED");
  });

  it("counts the processor time of what it does between two entries into the guest", async () => {
    const guest = new GuestUnderTest();
    const parameters = new Uint32Array(10).fill(0xffff_ffff);
    const number = guest.calls.calls["zlib.open"](0, encoded([parameters]), "BrotliEncoder", 9) as number;
    expect(guest.calls.workedCpuMs).toBe(0);
    guest.window.set(Uint8Array.from({ length: 60_000 }, (_, index) => Math.imul(index, 2_654_435_761) >>> 24));
    guest.calls.calls["zlib.write"](1, 60_000, number, 2, 60_000);
    expect(guest.calls.queue.next()?.answer.result).toBeGreaterThan(1_000);
    expect(guest.calls.workedCpuMs).toBeGreaterThan(0);
  });
});
