import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameAssembler } from "../../src/channel/frame-assembler.ts";
import { WireError } from "../../src/channel/protocol.ts";

function frameOf(body: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(body.length, 0);
  return Buffer.concat([header, body]);
}

describe("FrameAssembler", () => {
  test("gives the same frames however the stream is cut", () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(bodies, cuts, (sent, lengths) => {
        const stream = Buffer.concat(sent.map(frameOf));
        const assembler = new FrameAssembler(1000);
        const received: Uint8Array[] = [];
        let offset = 0;
        for (let index = 0; offset < stream.length; index += 1) {
          const length = lengths[index % lengths.length] ?? 1;
          assembler.push(stream.subarray(offset, offset + length));
          offset += length;
          for (let body = assembler.next(); body !== undefined; body = assembler.next())
            received.push(new Uint8Array(body));
        }
        expect(received).toEqual(sent);
        expect(assembler.isEmpty).toBe(true);
      }),
    );
  });

  test("gives long frames the same, among short ones", () => {
    const long = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
    const bodies = [long(3, 1), long(2 ** 20 + 1, 2), long(5, 3), long(3 * 2 ** 20, 4), long(2 ** 20, 5), long(1, 6)];
    const stream = Buffer.concat(bodies.map(frameOf));
    for (const length of [65_536, 1_000_003, stream.length]) {
      const assembler = new FrameAssembler(2 ** 22);
      const received: Buffer[] = [];
      for (let offset = 0; offset < stream.length; offset += length) {
        assembler.push(stream.subarray(offset, offset + length));
        for (let body = assembler.next(); body !== undefined; body = assembler.next()) received.push(body);
      }
      expect(received.map((body) => [body.length, body.at(-1)])).toEqual(bodies.map((body) => [body.length, body[0]]));
      expect(Buffer.concat(received).equals(Buffer.concat(bodies))).toBe(true);
      expect(assembler.isEmpty).toBe(true);
    }
  });

  test("refuses a frame that announces more than the limit, before its bytes arrive", () => {
    const assembler = new FrameAssembler(10);
    assembler.push(Buffer.from([11, 0, 0, 0]));
    expect(() => assembler.next()).toThrow(WireError);
  });

  test("refuses an empty frame", () => {
    const assembler = new FrameAssembler(10);
    assembler.push(Buffer.alloc(4));
    expect(() => assembler.next()).toThrow(WireError);
  });

  test("keeps no piece of a frame that comes in many: each would cost more than its bytes", () => {
    const assembler = new FrameAssembler(1000);
    const stream = frameOf(new Uint8Array(100).fill(7));
    for (let offset = 0; offset < stream.length; offset += 1) {
      const piece = Buffer.from(stream.subarray(offset, offset + 1));
      assembler.push(piece);
      const body = assembler.next();
      expect(body?.length).toBe(offset === stream.length - 1 ? 100 : undefined);
      if (body !== undefined) expect(body.equals(new Uint8Array(100).fill(7))).toBe(true);
      // Whoever had kept the piece would see this. A header is short.
      if (offset >= 4) piece.fill(0);
    }
  });

  test("holds an announced frame only as far as it has arrived", () => {
    const assembler = new FrameAssembler(2 ** 30);
    assembler.push(Buffer.from([0, 0, 0, 0x30, 1, 2, 3]));
    expect(assembler.next()).toBeUndefined();
    expect(assembler.isEmpty).toBe(false);
  });
});
