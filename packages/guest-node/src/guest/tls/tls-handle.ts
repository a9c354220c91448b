import { type CryptoLink, errorOf, type Failure } from "../bindings/crypto/crypto-link.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { createOwnQueue } from "../own-queue.ts";
import { ArrayPrototypePush, setOwn, TypedArrayPrototypeSlice, withoutPrototype } from "../past-prototypes.ts";
import { JSONStringify, ReflectApply, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import { unimplemented } from "../unimplemented.ts";
import { OwnEnd } from "./own-end.ts";
import { SecureContextBase } from "./secure-context.ts";
import { SecureEnd } from "./secure-end.ts";
import { peerCertificate, readSecureAnswer, type SecureAnswer, secureError } from "./secure-session.ts";

const UV_ENOTSUP = -95;

type Listener = (this: object, ...args: unknown[]) => unknown;

/** What TLS is made of. */
export interface TlsParts {
  readonly network: GuestNetwork;
  readonly link: CryptoLink;
}

/** What is asked of an end before it is known who speaks TLS for it. */
interface Wish {
  readonly name: string;
  readonly operands: readonly unknown[];
}

/** What the host cannot be asked for; what else a client wishes, it is told, or does without. */
const refusals: Readonly<Record<string, true>> = {
  __proto__: null as never,
  requestOCSP: true,
  enableKeylogCallback: true,
};

/**
 * The base of `TLSWrap`: one end of a secure connection. For a client whose connection leaves the guest the host agrees with
 * the peer, and encrypts; for everybody else the kernel does, with the program's own keys.
 */
export abstract class TlsHandle extends StreamHandle {
  readonly #network: GuestNetwork;
  readonly #link: CryptoLink;
  readonly #guest: Guest;
  readonly #parent: StreamHandle;
  readonly #context: SecureContextBase;
  readonly #end: SecureEnd | undefined;
  /** What came in plain before, in bytes. */
  readonly #received: number;
  readonly #wishes = createOwnQueue<Wish>();
  #own: OwnEnd | undefined;
  #isHeld: boolean;
  #hasStarted = false;
  #session: SecureAnswer = {};
  #servername: string | undefined;
  #alpn: string[] | undefined;
  #rejects = true;
  #isOver = false;

  constructor(
    { network, link }: TlsParts,
    parent: StreamHandle,
    context: SecureContextBase,
    { isServer, isHeld }: { readonly isServer: boolean; readonly isHeld: boolean },
  ) {
    // What it is laid over keeps the loop alive, or does not.
    super(network.core, "TLSWRAP", false);
    this.#network = network;
    this.#link = link;
    this.#guest = network.guest;
    this.#parent = parent;
    this.#context = context;
    this.#isHeld = isHeld;
    const { bytesRead } = network.core.stateOf(parent);
    this.#received = bytesRead + (#received in parent ? parent.#received : 0);
    if (isServer) {
      this.#own = this.#createOwn(true);
      network.core.attach(this, this.#own);
    } else {
      // Of a connection that is yet to be made, the name is looked up on behalf of this handle.
      if (network.core.stateOf(parent).end === undefined) network.expectConnection(this.getAsyncId());
      this.#end = new SecureEnd(network.core, parent);
      network.core.attach(this, this.#end);
    }
    network.core.layOver(parent, this);
  }

  /** Agrees with the peer: `onhandshakedone` or `onerror` tells when that is over. */
  start(): void {
    this.#network.forgetConnection(this.getAsyncId());
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const stream = this.#network.core.find(this.#parent)?.end?.stream;
    if (stream === undefined) this.#startOwn();
    else this.#startHosts(stream);
  }

  setServername(name: string): void {
    this.#servername = name;
    this.#wish("setServername", [name]);
  }

  getServername(): unknown {
    return this.#own === undefined ? (this.#servername ?? false) : this.#own.run("getServername", []);
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
    this.#wish("setALPNProtocols", [TypedArrayPrototypeSlice(bytesOf(wire))]);
  }

  getALPNNegotiatedProtocol(): unknown {
    if (this.#own !== undefined) return this.#own.run("getALPNNegotiatedProtocol", []);
    const { alpn } = this.#session;
    return typeof alpn === "string" && alpn !== "" ? alpn : false;
  }

  setVerifyMode(requests: boolean, rejects: boolean): void {
    this.#rejects = rejects;
    this.#wish("setVerifyMode", [requests === true, rejects === true]);
  }

  verifyError(): Error | null {
    if (this.#own !== undefined) {
      const failure = this.#own.run("verifyError", []) as Failure | null;
      return failure === null || failure === undefined ? null : errorOf(failure);
    }
    const { authorized, authorizationError } = this.#session;
    return authorized === true ? null : secureError(authorizationError, authorizationError);
  }

  getPeerCertificate(detailed: boolean): unknown {
    if (this.#own !== undefined) return linked(this.#own.run("getPeerCertificate", [detailed === true]));
    return peerCertificate(this.#guest, this.#session, detailed === true);
  }

  getCipher(): unknown {
    return this.#own === undefined ? this.#session.cipher : this.#own.run("getCipher", []);
  }

  getProtocol(): unknown {
    return this.#own === undefined ? (this.#session.protocol ?? null) : this.#own.run("getProtocol", []);
  }

  getPeerX509Certificate(): unknown {
    return this.#own?.run("getPeerX509Certificate", []);
  }

  getX509Certificate(): unknown {
    return this.#own?.run("getX509Certificate", []);
  }

  getCertificate(): unknown {
    return this.#own?.run("getCertificate", []);
  }

  getEphemeralKeyInfo(): unknown {
    return this.#own === undefined ? {} : this.#own.run("getEphemeralKeyInfo", []);
  }

  getSharedSigalgs(): unknown {
    return this.#own?.run("getSharedSigalgs", []) ?? [];
  }

  // Sessions of connections to the outside are the host's to resume.
  isSessionReused(): unknown {
    return this.#own?.run("isSessionReused", []) ?? false;
  }

  getSession(): unknown {
    return this.#own?.run("getSession", []);
  }

  setSession(session: Uint8Array): void {
    this.#wish("setSession", [session]);
  }

  getTLSTicket(): unknown {
    return this.#own?.run("getTLSTicket", []);
  }

  getFinished(): unknown {
    return this.#own?.run("getFinished", []);
  }

  getPeerFinished(): unknown {
    return this.#own?.run("getPeerFinished", []);
  }

  enableSessionCallbacks(): void {
    this.#wish("enableSessionCallbacks", []);
  }

  enableCertCb(): void {
    this.#wish("enableCertCb", []);
  }

  requestOCSP(): void {
    this.#wish("requestOCSP", []);
  }

  enableKeylogCallback(): void {
    this.#wish("enableKeylogCallback", []);
  }

  setOCSPResponse(response: unknown): void {
    this.#own?.run("setOCSPResponse", [response]);
  }

  loadSession(session: unknown): void {
    this.#own?.run("loadSession", this.#guest.native.types.isArrayBufferView(session) ? [session] : []);
  }

  endParser(): void {
    this.#own?.run("endParser", []);
  }

  newSessionDone(): void {
    this.#own?.run("newSessionDone", []);
  }

  /** Goes on with the context that the program has chosen for the name, if it has. */
  certCbDone(): void {
    const { sni_context: chosen } = this as { readonly sni_context?: unknown };
    if (chosen === undefined) {
      this.#own?.run("certCbDone", []);
      return;
    }
    if (!SecureContextBase.is(chosen)) {
      this.#fail(new TypeError("Invalid SNI context"));
      return;
    }
    chosen.realize();
    this.#own?.run("certCbDone", [chosen]);
  }

  setKeyCert(context: unknown): void {
    if (this.#own === undefined || !SecureContextBase.is(context)) throw missing("setKeyCert");
    context.realize();
    this.#own.run("setKeyCert", [context]);
  }

  enableTrace(): never {
    throw missing("enableTrace");
  }

  /** Has `ALPNCallback` asked which protocol it shall be. Of servers. */
  enableALPNCb(): void {
    this.#own?.run("enableALPNCb", []);
  }

  enablePskCallback(): never {
    throw missing("enablePskCallback");
  }

  setPskIdentityHint(): never {
    throw missing("setPskIdentityHint");
  }

  renegotiate(): void {
    if (this.#own === undefined) throw missing("renegotiate");
    this.#own.run("renegotiate", []);
    // OpenSSL only remembers it: this has it go on.
    this.#own.run("newSessionDone", []);
  }

  exportKeyingMaterial(...given: unknown[]): unknown {
    if (this.#own === undefined) throw missing("exportKeyingMaterial");
    return this.#own.run("exportKeyingMaterial", given);
  }

  setMaxSendFragment(size: number): unknown {
    return this.#own === undefined ? 1 : this.#own.run("setMaxSendFragment", [size]);
  }

  /** What was read before is not of TLS where the host has what follows: somebody may have slipped it in. */
  receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#own === undefined && this.#network.core.find(this.#parent)?.end?.stream === undefined) this.start();
    if (this.#own !== undefined) {
      this.#own.receive(TypedArrayPrototypeSlice(bytesOf(bytes)));
      return;
    }
    this.#isOver = true;
    const error = secureError("EPROTO", "something was received in plain after which TLS was to begin");
    this.#guest.loop.post(() => this.#fail(error));
  }

  writesIssuedByPrevListenerDone(): void {
    this.#isHeld = false;
    this.#own?.release();
  }

  destroySSL(): void {
    this.#isOver = true;
    this.#network.forgetConnection(this.getAsyncId());
    this.#end?.end();
    this.#own?.destroy();
  }

  #createOwn(isServer: boolean): OwnEnd {
    const handles = { parent: this.#parent, handle: this };
    const how = { isServer, isHeld: this.#isHeld };
    return new OwnEnd(this.#network.core, this.#link, handles, this.#context, how);
  }

  #startOwn(): void {
    const own = this.#createOwn(false);
    this.#own = own;
    for (let next = this.#wishes.take(); next !== undefined; next = this.#wishes.take()) {
      own.run(next.name, next.operands);
    }
    this.#end?.begin(own);
    own.run("start", []);
  }

  #startHosts(stream: number): void {
    let described: Readonly<Record<string, unknown>>;
    try {
      for (let next = this.#wishes.take(); next !== undefined; next = this.#wishes.take()) {
        if (refusals[next.name] === true) throw missing(next.name);
      }
      described = this.#context.describe();
    } catch (error) {
      this.#guest.loop.post(() => this.#fail(error as Error));
      return;
    }
    const options = withoutPrototype({
      ...described,
      servername: this.#servername,
      alpn: this.#alpn,
      rejectUnauthorized: this.#rejects,
    });
    const answered = (result: unknown, reason: string | undefined): void => this.#answered(result, reason);
    const given = [stream, this.#received, JSONStringify(options) ?? "{}"] as const;
    this.#guest.calls.request("net.secure", given, answered, { resource: "TLSWRAP" });
  }

  #wish(name: string, operands: readonly unknown[]): void {
    if (this.#own !== undefined) this.#own.run(name, operands);
    else if (!this.#hasStarted) this.#wishes.put({ name, operands });
    else if (refusals[name] === true) throw missing(name);
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
    this.#end?.begin();
  }

  #fail(error: Error): void {
    // The error comes first: what waits is told that it was canceled, which says nothing.
    this.#tell("onerror", error);
    this.#end?.end();
  }

  #tell(name: "onhandshakedone" | "onerror", ...args: unknown[]): void {
    const tell = (): void => {
      const listener = (this as Partial<Record<typeof name, Listener>>)[name];
      if (typeof listener === "function") ReflectApply(listener, this, args);
    };
    this.#guest.loop.makeCallback(this.#guest.wraps.adopt(this, "TLSWRAP"), tell, this);
  }
}

/** A certificate with those of who issued it, each behind the one before, as the kernel tells of them. */
function linked(told: unknown): object | undefined {
  if (typeof told !== "object" || told === null) return undefined;
  const { chain, isClosed } = told as { readonly chain: readonly object[]; readonly isClosed: boolean };
  for (let index = 0; index < chain.length; index++) {
    const issuer = chain[index + 1] ?? (isClosed ? chain[index] : undefined);
    if (issuer !== undefined) setOwn(chain[index] as object, "issuerCertificate", issuer);
  }
  return chain[0];
}

function missing(method: string): Error {
  return unimplemented("tls_wrap", `TLSWrap.${method}`);
}
