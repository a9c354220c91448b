import type { ByteStream } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { ByteStreamDuplex } from "../../src/network/byte-stream-duplex.ts";
import { gateTurns } from "../../src/network/gate-turns.ts";

const KIB = 1024;

/** Gives these pieces, and then its end. */
function giving(...pieces: readonly Uint8Array[]): ByteStream {
  const left = [...pieces];
  return { read: () => left.shift(), write() {}, end() {}, destroy() {} };
}

describe("what is read of the other end before TLS is agreed on", () => {
  it("comes in order and whole, a little in each turn that is left", async () => {
    const sent = Uint8Array.from({ length: 10 * KIB }, (_, index) => index % 251);
    const duplex = new ByteStreamDuplex(giving(sent.subarray(0, 9 * KIB), sent.subarray(9 * KIB)), 16 * KIB);
    const pieces: Buffer[] = [];
    const left: number[] = [];
    duplex.on("data", (piece: Buffer) => {
      left.push(gateTurns.leftMs());
      pieces.push(piece);
      gateTurns.use(1_000);
    });
    await new Promise((resolve) => duplex.once("end", resolve));
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(sent));
    expect(pieces.map((piece) => piece.byteLength)).toEqual([4 * KIB, 4 * KIB, KIB, KIB]);
    expect(Math.min(...left)).toBeGreaterThan(0);
  });

  it("is so much, and without bound once that is lifted", async () => {
    const long = new ByteStreamDuplex(giving(new Uint8Array(17 * KIB)), 16 * KIB);
    long.resume();
    await expect(new Promise((resolve, reject) => long.once("error", reject).once("end", resolve))).rejects.toThrow(
      "the other end says too much of itself",
    );
    const lifted = new ByteStreamDuplex(giving(new Uint8Array(9 * KIB), new Uint8Array(64 * KIB)), 16 * KIB);
    let bytes = 0;
    lifted.on("data", (piece: Buffer) => {
      bytes += piece.byteLength;
      lifted.liftLimit();
    });
    await new Promise((resolve) => lifted.once("end", resolve));
    expect(bytes).toBe(73 * KIB);
  });
});
