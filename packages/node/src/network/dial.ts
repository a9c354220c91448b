import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import { type CheckedAddress, NetworkError, type SecureOptions } from "@vivarium/core";
import type { AddressGuard } from "./address-guard.ts";
import { GuardedHandshake } from "./guarded-handshake.ts";
import type { SocketCount } from "./socket-count.ts";

/** Bytes that wait to be read: a server may send them one by one, and each is an object. */
const WAITING_BYTES = 4 * 1024;

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
    try {
      return await open(address, target, context);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function open(address: string, { port, secure, signal }: DialTarget, context: DialContext): Promise<Socket> {
  const host = { host: address, port, family: isIP(address), noDelay: true, readableHighWaterMark: WAITING_BYTES };
  const socket = context.sockets.open(() => connectTcp(host));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), context.timeoutMs);
  const ends = { late: late.signal, signal };
  try {
    await connected(socket, "connect", ends);
    if (secure === undefined) return socket;
    const guarded = new GuardedHandshake(socket);
    const secured = connectTls({ socket: guarded, host: address, ...tlsOptions(secure) });
    secured.once("secureConnect", () => guarded.agreed());
    await connected(secured, "secureConnect", ends);
    return keepingAlive(secured, socket);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What is made over a socket has none of its own that could keep this process alive. */
function keepingAlive(secured: TLSSocket, socket: Socket): TLSSocket {
  secured.ref = () => {
    socket.ref();
    return secured;
  };
  secured.unref = () => {
    socket.unref();
    return secured;
  };
  return secured;
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

interface Ends {
  /** Its time is up. */
  readonly late: AbortSignal;
  /** Nobody waits any more. */
  readonly signal: AbortSignal | undefined;
}

async function connected(socket: Socket, event: "connect" | "secureConnect", { late, signal }: Ends): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const expire = (): void => reject(new NetworkError("ETIMEDOUT", { syscall: "connect" }));
  const abort = (): void => reject(new NetworkError("ECANCELED"));
  socket.once(event, resolve);
  socket.once("error", reject);
  socket.once("close", abort);
  late.addEventListener("abort", expire, { once: true });
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    await promise;
  } finally {
    late.removeEventListener("abort", expire);
    signal?.removeEventListener("abort", abort);
    socket.off("error", reject);
    socket.off("close", abort);
    // Between here and whoever takes it, an error must not be nobody's.
    socket.on("error", ignore);
  }
}

function ignore(): void {}
