import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, PeerCertificate, SecureContext, TLSSocket } from "node:tls";
import {
  type ByteStream,
  byteStreamOf,
  HANDSHAKE_LIMIT_BYTES,
  NetworkError,
  type SecureOptions,
  type SecureSession,
} from "@vivarium/core";
import { ByteStreamDuplex } from "./byte-stream-duplex.ts";
import type { SecureWish } from "./secure-wishes.ts";

/** How long a handshake may take, in milliseconds: as long as Node's servers wait for one. */
const HANDSHAKE_MS = 120_000;
/** Certificates of a chain that are told. */
const LONGEST_CHAIN = 16;

/** A handshake that came to nothing; the guest is told code and message. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** How TLS is made beside what a guest wants of it. */
export interface SecureMeans {
  /** What it is made with. */
  readonly context: (create: (options: object) => SecureContext) => SecureContext;
  /** Protocols to offer. */
  readonly alpn?: readonly string[];
}

/**
 * Makes TLS over a byte stream, as a client.
 * @throws {HandshakeError}
 */
export async function secureStream(
  plain: ByteStream,
  wish: SecureWish,
  alpn: readonly string[],
): Promise<{ readonly stream: ByteStream; readonly session: SecureSession }> {
  const context: SecureMeans["context"] = (create) => wish.context(create);
  const socket = await secureSocket(plain, wish.options, { context, alpn });
  return { stream: new SecureByteStream(socket), session: sessionOf(socket, wish.options) };
}

/**
 * As {@link secureStream}, for who reads Node's own sockets. Whose the certificate is, is not judged.
 * @throws {HandshakeError}
 */
export async function secureSocket(
  plain: ByteStream,
  options: SecureOptions,
  { context, alpn = [] }: SecureMeans,
): Promise<TLSSocket> {
  const { connect, createSecureContext } = await import("node:tls");
  const duplex = new ByteStreamDuplex(plain, HANDSHAKE_LIMIT_BYTES);
  const socket = attempt(() => {
    const secureContext = context(createSecureContext);
    return connect({ ...connectionOptions(options, duplex), secureContext, ALPNProtocols: [...alpn] });
  });
  socket.once("secureConnect", () => duplex.liftLimit());
  try {
    await handshake(socket);
  } catch (error) {
    socket.destroy();
    duplex.destroy();
    throw error;
  }
  return socket;
}

function connectionOptions(options: SecureOptions, socket: Duplex): ConnectionOptions {
  const { servername = "", rejectUnauthorized = true } = options;
  return {
    socket,
    rejectUnauthorized,
    // The guest's library judges whose the certificate is: its program may bring a function for that.
    checkServerIdentity: () => undefined,
    ...(isIP(servername) === 0 && servername !== "" && { servername }),
  };
}

async function handshake(socket: TLSSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(
    () => reject(new HandshakeError("ERR_TLS_HANDSHAKE_TIMEOUT", "TLS handshake timeout")),
    HANDSHAKE_MS,
  );
  socket.once("secureConnect", resolve);
  socket.once("error", (error) => reject(handshakeError(error)));
  socket.once("close", () => {
    const message = "Client network socket disconnected before secure TLS connection was established";
    reject(new HandshakeError("ECONNRESET", message));
  });
  try {
    await promise;
  } finally {
    clearTimeout(late);
  }
}

function attempt(make: () => TLSSocket): TLSSocket {
  try {
    return make();
  } catch (error) {
    throw handshakeError(error);
  }
}

/** OpenSSL's messages name files of its build: its reason says the same. */
function handshakeError(error: unknown): HandshakeError {
  const { code, reason, message } = Object(error) as { readonly [name: string]: unknown };
  const isKnown = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,80}$/.test(code);
  const text = typeof reason === "string" && reason !== "" ? reason : isKnown ? message : "TLS has failed";
  return new HandshakeError(
    isKnown ? code : "EPROTO",
    String(text)
      .split(/[\r\n]/)[0]
      ?.slice(0, 200) ?? "",
  );
}

function sessionOf(socket: TLSSocket, { servername = "" }: SecureOptions): SecureSession {
  const { authorizationError } = socket;
  return {
    protocol: socket.getProtocol() as SecureSession["protocol"],
    cipher: socket.getCipher(),
    alpn: typeof socket.alpnProtocol === "string" ? socket.alpnProtocol : "",
    servername,
    authorized: socket.authorized,
    ...(socket.authorized ? {} : { authorizationError: String(authorizationError) }),
    certificates: chainOf(socket.getPeerCertificate(true)),
  };
}

type DetailedCertificate = PeerCertificate & { readonly issuerCertificate?: PeerCertificate };

function chainOf(first: DetailedCertificate): SecureSession["certificates"] {
  const chain: Readonly<Record<string, unknown>>[] = [];
  const seen = new Set<unknown>();
  for (let next: DetailedCertificate | undefined = first; next !== undefined; next = next.issuerCertificate) {
    if (seen.has(next) || chain.length >= LONGEST_CHAIN || Object.keys(next).length === 0) break;
    seen.add(next);
    chain.push(inert(next));
  }
  return chain;
}

function inert(certificate: DetailedCertificate): Readonly<Record<string, unknown>> {
  const fields = Object.entries(certificate).filter(([name]) => name !== "issuerCertificate");
  return Object.fromEntries(
    fields.map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value]),
  );
}

/** The session that a guest is told of where an adapter's `fetch` makes the connection and verifies it. */
export function assumedSession({ servername = "", alpn = [] }: SecureOptions, hostname: string): SecureSession {
  const name = servername === "" ? hostname : servername;
  return {
    protocol: "TLSv1.3",
    cipher: { name: "TLS_AES_256_GCM_SHA384", standardName: "TLS_AES_256_GCM_SHA384", version: "TLSv1.3" },
    alpn: alpn.includes("http/1.1") ? "http/1.1" : "",
    servername,
    authorized: true,
    certificates: [{ subject: { CN: name }, subjectaltname: isIP(name) === 0 ? `DNS:${name}` : `IP Address:${name}` }],
  };
}

/** What is plain of a TLS connection. Its failures have codes that a system call can tell. */
class SecureByteStream implements ByteStream {
  readonly #socket: TLSSocket;
  readonly #bytes: ByteStream;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#bytes = byteStreamOf(socket);
  }

  async read(): Promise<Uint8Array | undefined> {
    return await this.#told(() => this.#bytes.read());
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#told(() => this.#bytes.write(bytes));
  }

  end(): ReturnType<ByteStream["end"]> {
    return this.#bytes.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #told<T>(action: () => T): Promise<Awaited<T>> {
    try {
      return await action();
    } catch (error) {
      const { code } = Object(error) as { readonly code?: unknown };
      if (typeof code !== "string" || !/^ERR_(?:SSL|TLS|OSSL)/.test(code)) throw error;
      throw new NetworkError("EPROTO", { reason: code, cause: error });
    }
  }
}
