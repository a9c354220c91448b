import type { Limits } from "@vivarium/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeCallAnswer, encodeCallAnswer } from "../../src/channel/call-answer-wire.ts";
import { type CellMessage, decodeCellMessage, encodeCellMessage } from "../../src/channel/cell-message.ts";
import { decodeHostMessage, encodeHostMessage } from "../../src/channel/host-message.ts";
import { FRAME_HEADER_BYTES, WireError } from "../../src/channel/protocol.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";
import { OUTPUT_PIECE_BYTES } from "../../src/split-output.ts";
import { limits } from "../process/a-program.ts";
import { answers, cellMessages, hostMessages } from "./arbitrary-messages.ts";

/** The body of a frame, as the assembler hands it over. */
const bodyOf = (frame: Buffer): Buffer => Buffer.from(frame.subarray(FRAME_HEADER_BYTES));
const encodeCell = (message: CellMessage, run?: number): Buffer =>
  bodyOf(encodeCellMessage(new WireWriter(), message, run));
const runs = fc.nat({ max: 0xffff_ffff });

/** Decodes what may be anything: only a {@link WireError} may come of it. */
function decodeAnything(decode: (body: Buffer) => unknown, body: Buffer): void {
  try {
    decode(body);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
  }
}

describe("the codec of the channel", () => {
  test("gives back every message of a cell", () => {
    fc.assert(
      fc.property(cellMessages, runs, (message, run) => {
        expect(decodeCellMessage(encodeCell(message, run))).toEqual({ run, message });
      }),
    );
  });

  test("gives back every message of the host, one writer after the other", () => {
    const writer = new WireWriter();
    fc.assert(
      fc.property(hostMessages, runs, (message, run) => {
        expect(decodeHostMessage(bodyOf(encodeHostMessage(writer, message, run)))).toEqual({ run, message });
      }),
    );
  });

  test("gives back every answer to a synchronous call", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        expect(decodeCallAnswer(bodyOf(encodeCallAnswer(new WireWriter(), answer)))).toEqual(answer);
      }),
    );
  });

  test("gives back the positions of as many files as may be open, and refuses more", () => {
    const positions = Array.from({ length: limits.openFilesLimit }, (_, fd) => [fd, 2 ** 40 + fd] as const);
    const known = (run: number): Limits | undefined => (run === 7 ? limits : undefined);
    const message = { kind: "released" as const, positions };
    expect(decodeCellMessage(encodeCell(message, 7), known)).toEqual({ run: 7, message });
    const more = { ...message, positions: [...positions, [0, 0] as const] };
    expect(() => decodeCellMessage(encodeCell(more, 7), known)).toThrow(WireError);
    // Nobody knows of that run: it has no files.
    expect(() => decodeCellMessage(encodeCell(message, 8), known)).toThrow(WireError);
  });

  test("refuses output that is longer than the pieces in which it comes", () => {
    const output = (length: number): CellMessage => ({ kind: "output", descriptor: 1, data: Buffer.alloc(length) });
    const write = (length: number): CellMessage => {
      return { kind: "call", name: "fs.write", request: 1, args: [2, -1], input: Buffer.alloc(length) };
    };
    for (const made of [output, write]) {
      expect(decodeCellMessage(encodeCell(made(OUTPUT_PIECE_BYTES))).message.kind).toBe(made(0).kind);
      expect(() => decodeCellMessage(encodeCell(made(OUTPUT_PIECE_BYTES + 1)))).toThrow(WireError);
    }
  });

  test("refuses a call that was made at no time", () => {
    for (const timeMs of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const call = { name: "fs.mkdir", args: ["/folder", 0o777, false], input: Buffer.alloc(0), result: 0 } as const;
      const body = encodeCell({ kind: "repeat", ...call, timeMs });
      expect(() => decodeCellMessage(body)).toThrow(WireError);
    }
  });

  test("refuses random bytes with nothing but a WireError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const body = Buffer.from(bytes);
        decodeAnything(decodeCellMessage, body);
        decodeAnything(decodeHostMessage, body);
        decodeAnything(decodeCallAnswer, body);
      }),
      { numRuns: 5000 },
    );
  });

  test("refuses every message that is cut short, and every one with a byte too many", () => {
    fc.assert(
      fc.property(cellMessages, (message) => {
        const body = encodeCell(message);
        for (let length = 0; length < body.length; length += 1) {
          expect(() => decodeCellMessage(body.subarray(0, length))).toThrow(WireError);
        }
        expect(() => decodeCellMessage(Buffer.concat([body, Buffer.alloc(1)]))).toThrow(WireError);
      }),
    );
  });

  test("survives a valid message in which any one byte is changed", () => {
    fc.assert(
      fc.property(cellMessages, fc.nat(), fc.nat({ max: 255 }), (message, position, value) => {
        const body = encodeCell(message);
        body[position % body.length] = value;
        decodeAnything(decodeCellMessage, body);
      }),
      { numRuns: 2000 },
    );
  });

  test("takes the figures of a limit from the host, whatever the cell says", () => {
    const limits = {
      memoryLimit: 64,
      processOverheadLimit: 13,
      cpuTimeLimitMs: 5,
      wallTimeLimitMs: 6,
      outputLimitBytes: 7,
      resultLimitBytes: 8,
      openFilesLimit: 9,
      systemCallLimit: 10,
      systemCallRateLimit: 11,
      pendingCallsLimit: 12,
      timersLimit: 13,
      threadsLimit: 14,
    };
    const outcome = { kind: "cpu-time-limit", code: 124, limitMs: 999 } as const;
    const body = encodeCell({ kind: "finished", outcome, exports: undefined, leavesWork: false }, 7);
    const { message } = decodeCellMessage(body, (run) => (run === 7 ? limits : undefined));
    expect(message).toMatchObject({ outcome: { limitMs: 5 } });
  });

  test("cuts an error message that is too long, and says so", () => {
    const errorMessage = "x".repeat(1_000_000);
    const { message } = decodeCellMessage(
      encodeCell({
        kind: "finished",
        outcome: { kind: "threw", code: 1, errorMessage },
        exports: undefined,
        leavesWork: false,
      }),
    );
    expect(message).toMatchObject({
      outcome: { errorMessage: expect.stringMatching(/^x+… \(\d+ more characters\)$/) },
    });
  });

  test("refuses a string of a call that is too long for one: the host would be busy with reading it", () => {
    const call = (length: number): Buffer =>
      encodeCell({
        kind: "call",
        name: "fs.exists",
        request: 0,
        args: ["€".repeat(length)],
        input: new Uint8Array(0),
      });
    expect(decodeCellMessage(call(1024 * 1024)).message.kind).toBe("call");
    expect(() => decodeCellMessage(call(1024 * 1024 + 1))).toThrow("A string is too long");
  });

  test("refuses strings that are no UTF-8", () => {
    const body = encodeCell({ kind: "fault", code: "ERR_CELL_FAILED", message: "a" });
    body[body.length - 1] = 0xff;
    expect(() => decodeCellMessage(body)).toThrow("A string is no UTF-8");
  });
});
