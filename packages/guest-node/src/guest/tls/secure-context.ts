import type { CryptoLink } from "../bindings/crypto/crypto-link.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import { createOwnQueue } from "../own-queue.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { unimplemented } from "../unimplemented.ts";
import { ciphersOf } from "./cipher-list.ts";

/** Versions of TLS by the numbers of OpenSSL; 0: any. */
const versions: Readonly<Record<string, string>> = {
  __proto__: null as never,
  769: "TLSv1",
  770: "TLSv1.1",
  771: "TLSv1.2",
  772: "TLSv1.3",
};

interface Said {
  readonly name: string;
  readonly operands: readonly unknown[];
}

/**
 * What a program has said of how it wants to be secure. Of connections to the outside the host is told of it; for all others
 * the kernel has a context of Node's own, which is made when the first thing is said that it has to judge.
 */
export class SecureContextBase {
  readonly #link: CryptoLink;
  readonly #guest: Guest;
  readonly #ca: string[] = [];
  /** What the kernel's context has yet to hear. */
  readonly #said = createOwnQueue<Said>();
  #isReal = false;
  #isClosed = false;
  /** What the host cannot be told. */
  #unheard: string | undefined;
  #hasOwnRoots = false;
  /** Whether those that Node comes with are trusted beside its own. */
  #hasNodesRoots = false;
  #cert = "";
  #key = "";
  #passphrase: string | undefined;
  #protocol: string | undefined;
  #minimum = 0;
  #maximum = 0;

  /** Whether a value is a context. */
  static is(value: unknown): value is SecureContextBase {
    return typeof value === "object" && value !== null && #link in value;
  }

  constructor(link: CryptoLink) {
    this.#link = link;
    this.#guest = link.guest;
  }

  /** What of it the host is told, as `SecureOptions` names it. Throws when there is more than that to tell. */
  describe(): Readonly<Record<string, unknown>> {
    if (this.#unheard !== undefined) throw unimplemented("crypto", `SecureContext.${this.#unheard}`);
    return {
      __proto__: null,
      ca: this.#hasOwnRoots ? [this.#allRoots()] : undefined,
      cert: this.#cert === "" ? undefined : this.#cert,
      key: this.#key === "" ? undefined : this.#key,
      passphrase: this.#passphrase,
      minVersion: versions[`${this.#minimum}`],
      maxVersion: versions[`${this.#maximum}`],
    };
  }

  /** Has the kernel make its context. @throws what Node's binding throws */
  realize(): void {
    if (this.#isClosed) throw new TypeError("Illegal invocation");
    if (this.#isReal) return;
    this.#link.make(this, "SecureContext", [this.#protocol, this.#minimum, this.#maximum]);
    this.#isReal = true;
    for (let next = this.#said.take(); next !== undefined; next = this.#said.take()) {
      this.#link.call(this, next.name, next.operands);
    }
  }

  init(secureProtocol: unknown, minimum: number, maximum: number): void {
    this.#minimum = minimum;
    this.#maximum = maximum;
    if (typeof secureProtocol !== "string") return;
    this.#protocol = secureProtocol;
    if (secureProtocol !== "TLS_method") this.#unheard = "secureProtocol";
    this.#judge();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#isReal) this.#link.release(this);
  }

  setMinProto(version: number): void {
    this.#minimum = version;
    this.#say("setMinProto", [version]);
  }

  setMaxProto(version: number): void {
    this.#maximum = version;
    this.#say("setMaxProto", [version]);
  }

  getMinProto(): unknown {
    return this.#isReal ? this.#link.call(this, "getMinProto", []) : this.#minimum;
  }

  getMaxProto(): unknown {
    return this.#isReal ? this.#link.call(this, "getMaxProto", []) : this.#maximum;
  }

  addCACert(certificate: unknown): void {
    this.#hasOwnRoots = true;
    ArrayPrototypePush(this.#ca, this.#text(certificate));
    this.#judge("addCACert", [certificate]);
  }

  // The host has those of its Node without being told.
  addRootCerts(): void {
    const { roots } = this.#link;
    const more = roots ?? this.#link.extraRoots();
    // What a system has of its own for OpenSSL, a guest's has none of.
    const isNodes = roots === undefined && this.#link.guest.options()["--use-openssl-ca"] !== true;
    if (isNodes) {
      this.#hasNodesRoots = true;
      this.#say("addRootCerts", []);
    } else this.#hasOwnRoots = true;
    for (let index = 0; index < more.length; index++) this.addCACert(more[index]);
  }

  setCert(certificate: unknown): void {
    this.#cert += this.#text(certificate);
    this.#judge("setCert", [certificate]);
  }

  setKey(key: unknown, passphrase: unknown): void {
    this.#key = this.#text(key);
    this.#passphrase = typeof passphrase === "string" ? passphrase : undefined;
    this.#judge("setKey", [key, this.#passphrase]);
  }

  // The ciphers, curves and signatures that are good enough, the host's Node decides; the library sets its defaults.
  setCiphers(list: string): void {
    if (list === "" || list === this.#default(false)) this.#say("setCiphers", [list]);
    else this.#judgeUnheard("setCiphers", [list]);
  }

  setCipherSuites(list: string): void {
    if (list === this.#default(true)) this.#say("setCipherSuites", [list]);
    else this.#judgeUnheard("setCipherSuites", [list]);
  }

  setECDHCurve(curve: string): void {
    if (curve === "auto") this.#say("setECDHCurve", [curve]);
    else this.#judgeUnheard("setECDHCurve", [curve]);
  }

  setOptions(options: number): void {
    this.#say("setOptions", [options]);
  }

  setSessionIdContext(context: string): void {
    this.#judge("setSessionIdContext", [context]);
  }

  setSessionTimeout(seconds: number): void {
    this.#say("setSessionTimeout", [seconds]);
  }

  setAllowPartialTrustChain(): void {
    this.#judgeUnheard("setAllowPartialTrustChain", []);
  }

  setSigalgs(list: string): void {
    this.#judgeUnheard("setSigalgs", [list]);
  }

  setDHParam(parameters: unknown): unknown {
    return this.#judgeUnheard("setDHParam", [parameters]);
  }

  addCRL(list: unknown): void {
    this.#judgeUnheard("addCRL", [list]);
  }

  loadPKCS12(...given: unknown[]): void {
    this.#judgeUnheard("loadPKCS12", given);
  }

  setCertificateCompression(algorithms: number): void {
    this.#judgeUnheard("setCertificateCompression", [algorithms]);
  }

  getTicketKeys(): unknown {
    return this.#judge("getTicketKeys", []);
  }

  setTicketKeys(keys: unknown): unknown {
    return this.#judge("setTicketKeys", [keys]);
  }

  /** Of others than contexts it throws, as Node's does. */
  get _external(): unknown {
    return this.#link === undefined ? null : undefined;
  }

  getCertificate(): unknown {
    return this.#judge("getCertificate", []);
  }

  getIssuer(): unknown {
    return this.#judge("getIssuer", []);
  }

  /** As one text: of how many pieces the host takes, there is a bound that those of Node are beyond. */
  #allRoots(): string {
    let all = "";
    if (this.#hasNodesRoots) {
      const bundled = this.#link.callFunction("getBundledRootCertificates", []) as readonly string[];
      for (let index = 0; index < bundled.length; index++) all += `${bundled[index]}\n`;
    }
    for (let index = 0; index < this.#ca.length; index++) all += `${this.#ca[index]}\n`;
    return all;
  }

  /** Says something about which there is nothing to judge: later will do. */
  #say(name: string, operands: readonly unknown[]): void {
    if (this.#isReal) this.#link.call(this, name, operands);
    else this.#said.put({ name, operands });
  }

  #judgeUnheard(name: string, operands: readonly unknown[]): unknown {
    const result = this.#judge(name, operands);
    this.#unheard = name;
    return result;
  }

  /** Says something that may be wrong: the program hears of it at once, where there is a kernel's context to be had. */
  #judge(name?: string, operands: readonly unknown[] = []): unknown {
    try {
      this.realize();
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      if (name !== undefined) this.#said.put({ name, operands });
      return undefined;
    }
    return name === undefined ? undefined : this.#link.call(this, name, operands);
  }

  /** Of Node's default list those of TLS 1.3, or those of the versions before. */
  #default(isNew: boolean): string {
    const { DEFAULT_CIPHERS } = this.#guest.library.require("tls") as { DEFAULT_CIPHERS: string };
    return ciphersOf(DEFAULT_CIPHERS, isNew);
  }

  #text(value: unknown): string {
    if (typeof value === "string") return value;
    const bytes = bytesOf(value as ArrayBufferView);
    return this.#guest.native.buffer.latin1Slice(bytes, 0, TypedArrayPrototypeGetLength(bytes));
  }
}

function isUnimplemented(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return (error as { readonly code?: unknown }).code === "ERR_VIVARIUM_UNIMPLEMENTED";
}
