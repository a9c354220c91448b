import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ByteStream, byteStreamOf, NetworkError } from "@vivarium/core";
import type { NetworkSettings } from "./default-network-options.ts";

/** What a connection may take of which the host knows nothing more. */
export type ConnectionBounds = Pick<
  NetworkSettings,
  "maxConnectionBytes" | "connectionIdleTimeoutMs" | "connectionTimeLimitMs"
>;

const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** A socket as a guest's byte stream, within bounds: beyond them it ends with an error that says so. */
export function boundedSocket(socket: Socket | Duplex, bounds: ConnectionBounds): ByteStream {
  const { maxConnectionBytes, connectionIdleTimeoutMs: idleMs, connectionTimeLimitMs: limitMs } = bounds;
  const end = (code: "EMSGSIZE" | "ETIMEDOUT", reason: string): void => {
    socket.destroy(new NetworkError(code, { reason }));
  };
  if ("bytesRead" in socket) {
    // Before whoever reads it hears of it.
    socket.on("readable", () => {
      const isTooMuch = socket.bytesRead > maxConnectionBytes;
      if (isTooMuch) end("EMSGSIZE", `more than ${maxConnectionBytes} bytes have come over the connection`);
    });
    if (idleMs <= TIMEOUT_MAX_MS)
      socket.setTimeout(idleMs, () => end("ETIMEDOUT", `the connection has been silent for ${idleMs} ms`));
  }
  if (limitMs <= TIMEOUT_MAX_MS) {
    const timer = setTimeout(() => end("ETIMEDOUT", `the connection is older than ${limitMs} ms`), limitMs);
    socket.once("close", () => clearTimeout(timer));
  }
  return byteStreamOf(socket);
}
