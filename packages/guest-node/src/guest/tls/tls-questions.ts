import { errorOf, type Failure } from "../bindings/crypto/crypto-link.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, setOwn, TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import { SecureContextBase } from "./secure-context.ts";
import { peerCertificate, secureError } from "./secure-session.ts";
import { missingMethod, type TlsSide } from "./tls-side.ts";

/** What Node's library asks an end of TLS, and tells it: whoever speaks for it answers. */
export abstract class TlsQuestions extends StreamHandle {
  readonly #side: TlsSide;
  readonly #guest: Guest;

  constructor(side: TlsSide, core: StreamCore) {
    // What it is laid over keeps the loop alive, or does not.
    super(core, "TLSWRAP", false);
    this.#side = side;
    this.#guest = core.guest;
  }

  setServername(name: string): void {
    this.#side.servername = name;
    this.#side.wish("setServername", [name]);
  }

  getServername(): unknown {
    const { own, servername } = this.#side;
    return own === undefined ? (servername ?? false) : own.run("getServername", []);
  }

  /** Protocols as they stand in a message of TLS: each behind its length. */
  setALPNProtocols(wire: Uint8Array): void {
    const names: string[] = [];
    const end = TypedArrayPrototypeGetLength(wire);
    for (let at = 0; at < end; ) {
      const length = wire[at] ?? 0;
      ArrayPrototypePush(names, this.#guest.native.buffer.latin1Slice(wire, at + 1, at + 1 + length));
      at += 1 + length;
    }
    this.#side.alpn = names;
    this.#side.wish("setALPNProtocols", [TypedArrayPrototypeSlice(bytesOf(wire))]);
  }

  getALPNNegotiatedProtocol(): unknown {
    const { own, session } = this.#side;
    if (own !== undefined) return own.run("getALPNNegotiatedProtocol", []);
    return typeof session.alpn === "string" && session.alpn !== "" ? session.alpn : false;
  }

  setVerifyMode(requests: boolean, rejects: boolean): void {
    this.#side.rejects = rejects;
    this.#side.wish("setVerifyMode", [requests === true, rejects === true]);
  }

  verifyError(): Error | null {
    const { own, session } = this.#side;
    if (own !== undefined) {
      const failure = own.run("verifyError", []) as Failure | null;
      return failure === null || failure === undefined ? null : errorOf(failure);
    }
    const { authorized, authorizationError } = session;
    return authorized === true ? null : secureError(authorizationError, authorizationError);
  }

  getPeerCertificate(detailed: boolean): unknown {
    const { own, session } = this.#side;
    if (own !== undefined) return linked(own.run("getPeerCertificate", [detailed === true]));
    return peerCertificate(this.#guest, session, detailed === true);
  }

  getCipher(): unknown {
    const { own, session } = this.#side;
    return own === undefined ? session.cipher : own.run("getCipher", []);
  }

  getProtocol(): unknown {
    const { own, session } = this.#side;
    return own === undefined ? (session.protocol ?? null) : own.run("getProtocol", []);
  }

  getEphemeralKeyInfo(): unknown {
    const { own } = this.#side;
    return own === undefined ? {} : own.run("getEphemeralKeyInfo", []);
  }

  getPeerX509Certificate(): unknown {
    return this.#side.ask("getPeerX509Certificate");
  }

  getX509Certificate(): unknown {
    return this.#side.ask("getX509Certificate");
  }

  getCertificate(): unknown {
    return this.#side.ask("getCertificate");
  }

  getSharedSigalgs(): unknown {
    return this.#side.ask("getSharedSigalgs") ?? [];
  }

  // Sessions of connections to the outside are the host's to resume.
  isSessionReused(): unknown {
    return this.#side.ask("isSessionReused") ?? false;
  }

  getSession(): unknown {
    return this.#side.ask("getSession");
  }

  setSession(session: Uint8Array): void {
    this.#side.wish("setSession", [session]);
  }

  getTLSTicket(): unknown {
    return this.#side.ask("getTLSTicket");
  }

  getFinished(): unknown {
    return this.#side.ask("getFinished");
  }

  getPeerFinished(): unknown {
    return this.#side.ask("getPeerFinished");
  }

  enableSessionCallbacks(): void {
    this.#side.wish("enableSessionCallbacks", []);
  }

  enableCertCb(): void {
    this.#side.wish("enableCertCb", []);
  }

  requestOCSP(): void {
    this.#side.wish("requestOCSP", []);
  }

  enableKeylogCallback(): void {
    this.#side.wish("enableKeylogCallback", []);
  }

  setOCSPResponse(response: unknown): void {
    this.#side.ask("setOCSPResponse", [response]);
  }

  loadSession(session: unknown): void {
    this.#side.ask("loadSession", this.#guest.native.types.isArrayBufferView(session) ? [session] : []);
  }

  endParser(): void {
    this.#side.ask("endParser");
  }

  newSessionDone(): void {
    this.#side.ask("newSessionDone");
  }

  setKeyCert(context: unknown): void {
    if (this.#side.own === undefined || !SecureContextBase.is(context)) throw missingMethod("setKeyCert");
    context.realize();
    this.#side.ask("setKeyCert", [context]);
  }

  enableTrace(): never {
    throw missingMethod("enableTrace");
  }

  /** Has `ALPNCallback` asked which protocol it shall be. Of servers. */
  enableALPNCb(): void {
    this.#side.ask("enableALPNCb");
  }

  enablePskCallback(): never {
    throw missingMethod("enablePskCallback");
  }

  setPskIdentityHint(): never {
    throw missingMethod("setPskIdentityHint");
  }

  renegotiate(): void {
    this.#side.demand("renegotiate", []);
    // OpenSSL only remembers it: this has it go on.
    this.#side.ask("newSessionDone");
  }

  exportKeyingMaterial(...given: unknown[]): unknown {
    return this.#side.demand("exportKeyingMaterial", given);
  }

  setMaxSendFragment(size: number): unknown {
    const { own } = this.#side;
    return own === undefined ? 1 : own.run("setMaxSendFragment", [size]);
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
