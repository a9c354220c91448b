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

  test("holds an announced frame only as far as it has arrived", () => {
    const assembler = new FrameAssembler(2 ** 30);
    assembler.push(Buffer.from([0, 0, 0, 0x30, 1, 2, 3]));
    expect(assembler.next()).toBeUndefined();
    expect(assembler.isEmpty).toBe(false);
  });
});
