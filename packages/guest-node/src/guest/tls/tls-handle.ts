import type { Guest } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { ArrayPrototypePush, withoutPrototype } from "../past-prototypes.ts";
import { JSONStringify, ReflectApply, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import { unimplemented } from "../unimplemented.ts";
import type { SecureContextBase } from "./secure-context.ts";
import { SecureEnd } from "./secure-end.ts";
import { peerCertificate, readSecureAnswer, type SecureAnswer, secureError } from "./secure-session.ts";

const UV_ENOTSUP = -95;

type Listener = (this: object, ...args: unknown[]) => unknown;

/** The base of `TLSWrap`: the client's end of a secure connection. The host agrees on it with the peer, and encrypts. */
export abstract class TlsHandle extends StreamHandle {
  readonly #network: GuestNetwork;
  readonly #guest: Guest;
  readonly #parent: StreamHandle;
  readonly #context: SecureContextBase;
  readonly #end: SecureEnd;
  /** What came in plain before, in bytes. */
  readonly #received: number;
  #session: SecureAnswer = {};
  #servername: string | undefined;
  #alpn: string[] | undefined;
  #rejects = true;
  #isOver = false;

  constructor(network: GuestNetwork, parent: StreamHandle, context: SecureContextBase) {
    // What it is laid over keeps the loop alive, or does not.
    super(network.core, "TLSWRAP", false);
    this.#network = network;
    this.#guest = network.guest;
    // Of a connection that is yet to be made, the name is looked up on behalf of this handle.
    if (this.hostStream(parent) === undefined) network.expectConnection(this.getAsyncId());
    this.#parent = parent;
    this.#context = context;
    this.#received = network.core.stateOf(parent).bytesRead + (#received in parent ? parent.#received : 0);
    this.#end = new SecureEnd(network.core, parent);
    network.core.attach(this, this.#end);
    network.core.layOver(parent, this);
  }

  /** Agrees with the peer: `onhandshakedone` or `onerror` tells when that is over. */
  start(): void {
    this.#network.forgetConnection(this.getAsyncId());
    const stream = this.hostStream(this.#parent);
    if (stream === undefined) {
      const message = "TLS is spoken by the host, and this connection does not leave the guest";
      this.#guest.loop.post(() => this.#fail(secureError("EPROTO", message)));
      return;
    }
    const options = withoutPrototype({
      ...this.#context.describe(),
      servername: this.#servername,
      alpn: this.#alpn,
      rejectUnauthorized: this.#rejects,
    });
    const answered = (result: unknown, reason: string | undefined): void => this.#answered(result, reason);
    const given = [stream, this.#received, JSONStringify(options) ?? "{}"] as const;
    this.#guest.calls.request("net.secure", given, answered, { resource: "TLSWRAP" });
  }

  /** The number of the byte stream behind a handle, if the host keeps one. */
  abstract hostStream(handle: StreamHandle): number | undefined;

  setServername(name: string): void {
    this.#servername = name;
  }

  getServername(): string | boolean {
    return this.#servername ?? false;
  }

  /** Protocols as they stand in a message of TLS: each behind its length. */
  setALPNProtocols(wire: Uint8Array): void {
    this.#alpn = [];
    const end = TypedArrayPrototypeGetLength(wire);
    for (let at = 0; at < end; ) {
      const length = wire[at] ?? 0;
      ArrayPrototypePush(this.#alpn, this.#guest.native.buffer.latin1Slice(wire, at + 1, at + 1 + length));
      at += 1 + length;
    }
  }

  getALPNNegotiatedProtocol(): string | false {
    const { alpn } = this.#session;
    return typeof alpn === "string" && alpn !== "" ? alpn : false;
  }

  setVerifyMode(_requests: boolean, rejects: boolean): void {
    this.#rejects = rejects;
  }

  verifyError(): Error | null {
    const { authorized, authorizationError } = this.#session;
    return authorized === true ? null : secureError(authorizationError, authorizationError);
  }

  getPeerCertificate(detailed: boolean): object | undefined {
    return peerCertificate(this.#guest, this.#session, detailed === true);
  }

  getPeerX509Certificate(): undefined {}

  getX509Certificate(): undefined {}

  getCertificate(): undefined {}

  getCipher(): unknown {
    return this.#session.cipher;
  }

  getProtocol(): unknown {
    return this.#session.protocol ?? null;
  }

  getEphemeralKeyInfo(): object {
    return {};
  }

  getSharedSigalgs(): [] {
    return [];
  }

  // Sessions are the host's to resume.
  isSessionReused(): boolean {
    return false;
  }

  getSession(): undefined {}

  setSession(): void {}

  getTLSTicket(): undefined {}

  getFinished(): undefined {}

  getPeerFinished(): undefined {}

  enableSessionCallbacks(): void {}

  requestOCSP(): never {
    throw missing("requestOCSP");
  }

  enableTrace(): never {
    throw missing("enableTrace");
  }

  enableKeylogCallback(): never {
    throw missing("enableKeylogCallback");
  }

  enablePskCallback(): never {
    throw missing("enablePskCallback");
  }

  renegotiate(): never {
    throw missing("renegotiate");
  }

  exportKeyingMaterial(): never {
    throw missing("exportKeyingMaterial");
  }

  setMaxSendFragment(): number {
    return 1;
  }

  /** What was read before is not of TLS: the host has what follows. Somebody may have slipped it in. */
  receive(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = secureError("EPROTO", "something was received in plain after which TLS was to begin");
    this.#guest.loop.post(() => this.#fail(error));
  }

  writesIssuedByPrevListenerDone(): void {}

  destroySSL(): void {
    this.#isOver = true;
    this.#network.forgetConnection(this.getAsyncId());
    this.#end.end();
  }

  #answered(result: unknown, reason: string | undefined): void {
    if (this.#isOver) return;
    if (typeof result !== "string") {
      const errno = typeof result === "number" ? result : UV_ENOTSUP;
      this.#fail(this.#guest.errors.uvException(errno, { syscall: "connect", reason }));
      return;
    }
    const session = readSecureAnswer(result);
    if (session.error !== undefined) {
      this.#fail(secureError(session.error.code, session.error.message));
      return;
    }
    this.#session = session;
    this.#tell("onhandshakedone");
    this.#end.begin();
  }

  #fail(error: Error): void {
    // The error comes first: what waits is told that it was canceled, which says nothing.
    this.#tell("onerror", error);
    this.#end.end();
  }

  #tell(name: "onhandshakedone" | "onerror", ...args: unknown[]): void {
    const tell = (): void => {
      const listener = (this as Partial<Record<typeof name, Listener>>)[name];
      if (typeof listener === "function") ReflectApply(listener, this, args);
    };
    this.#guest.loop.makeCallback(this.#guest.wraps.adopt(this, "TLSWRAP"), tell, this);
  }
}

function missing(method: string): Error {
  return unimplemented("tls_wrap", `TLSWrap.${method}`);
}
