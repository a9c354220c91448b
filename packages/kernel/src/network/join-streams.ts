import type { Duplex } from "node:stream";
import type { ByteStream } from "@vivarium/core";
import { drained } from "./gate-response.ts";

/** What one of two has the other gets, until both have ended. Rejects with what one of them fails with. */
export async function joinStreams(duplex: Duplex, stream: ByteStream): Promise<void> {
  try {
    await Promise.all([inward(duplex, stream), outward(duplex, stream)]);
  } finally {
    stream.destroy();
  }
}

async function outward(duplex: Duplex, stream: ByteStream): Promise<void> {
  for await (const piece of duplex.iterator({ destroyOnReturn: false })) await stream.write(piece as Uint8Array);
  await stream.end();
}

async function inward(duplex: Duplex, stream: ByteStream): Promise<void> {
  for (;;) {
    const piece = await stream.read();
    if (piece === undefined || duplex.destroyed) break;
    if (!duplex.write(piece)) await drained(duplex);
  }
  duplex.end();
}
