import type { Socket } from "node:net";
import { serverTurns as turns } from "./server-turns.ts";

/** What is parsed at a time, in bytes: it may be two thousand headers, or a thousand chunks. */
const SLICE_BYTES = 8 * 1024;
/** What parsing one slice may be counted as, in milliseconds: what was measured may have been other work. */
const MOST_MS = 10;

/**
 * Has whoever reads a socket by `read()` get small slices, and no more of them in a turn of the event loop than there is
 * time for. A socket that is destroyed gives nothing any more: undici would go on to parse.
 */
export function paced<Kind extends Socket>(socket: Kind): Kind {
  const read = socket.read.bind(socket);
  let given: number | undefined;
  const count = (): void => {
    if (given !== undefined) turns.use(Math.min(performance.now() - given, MOST_MS));
    given = undefined;
  };
  const again = async (): Promise<void> => {
    await turns.next();
    if (!socket.destroyed) socket.emit("readable");
  };
  socket.read = (size?: number): unknown => {
    count();
    if (socket.destroyed) return null;
    if (turns.leftMs() === 0 && socket.readableLength > 0) {
      void again();
      return null;
    }
    const most = size ?? socket.readableLength;
    const piece: unknown = most > SLICE_BYTES ? read(SLICE_BYTES) : read(size);
    if (piece !== null) given = performance.now();
    return piece;
  };
  return socket;
}
