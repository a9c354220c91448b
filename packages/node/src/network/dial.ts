import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type SecureContext } from "node:tls";
import { type CheckedAddress, NetworkError, type SecureOptions } from "@vivarium/core";
import type { AddressGuard } from "./address-guard.ts";
import type { SocketCount } from "./socket-count.ts";

/** What connections of one adapter have in common. */
export interface DialContext {
  readonly guard: AddressGuard;
  readonly sockets: SocketCount;
  readonly timeoutMs: number;
}

/** Where to connect to. */
export interface DialTarget {
  readonly addresses: readonly CheckedAddress[];
  readonly port: number;
  /** Of TLS. */
  readonly secure?: { readonly hostname: string; readonly options: SecureOptions; readonly context: SecureContext };
  readonly signal?: AbortSignal;
}

/**
 * Connects to one of these addresses and to nothing else, one after the other.
 * @throws NetworkError `EACCES`, `EMFILE`, `ETIMEDOUT`, and what Node's sockets throw
 */
export async function dial(target: DialTarget, context: DialContext): Promise<Socket> {
  let failure: unknown;
  for (const { address } of context.guard.reachable(target.addresses, target.port)) {
    if (target.signal?.aborted === true) throw new NetworkError("ECANCELED");
    const socket = context.sockets.open(() => open(address, target));
    try {
      await connected(socket, target, context.timeoutMs);
      return socket;
    } catch (error) {
      socket.destroy();
      failure = error;
    }
  }
  throw failure;
}

function open(address: string, { port, secure }: DialTarget): Socket {
  const family = isIP(address);
  if (secure === undefined) return connectTcp({ host: address, port, family, noDelay: true });
  return connectTls({ host: address, port, family, noDelay: true, ...tlsOptions(secure) } as ConnectionOptions);
}

function tlsOptions({ hostname, options, context }: NonNullable<DialTarget["secure"]>): ConnectionOptions {
  const name = options.servername === undefined || options.servername === "" ? hostname : options.servername;
  return {
    secureContext: context,
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    ALPNProtocols: ["http/1.1"],
    // Without a name the certificate has to be of the address.
    ...(isIP(name) === 0 && { servername: name }),
  };
}

async function connected(socket: Socket, { secure, signal }: DialTarget, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(new NetworkError("ETIMEDOUT", { syscall: "connect" })), timeoutMs);
  const abort = (): void => reject(new NetworkError("ECANCELED"));
  const event = secure === undefined ? "connect" : "secureConnect";
  socket.once(event, resolve);
  socket.once("error", reject);
  socket.once("close", abort);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", abort);
    socket.off("error", reject);
    socket.off("close", abort);
    // Between here and whoever takes it, an error must not be nobody's.
    socket.on("error", ignore);
  }
}

function ignore(): void {}
