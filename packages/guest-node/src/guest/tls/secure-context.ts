import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
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

/** What a program has said of how it wants to be secure. It is kept; TLS itself is spoken by the host. */
export class SecureContextBase {
  readonly #guest: Guest;
  readonly #ca: string[] = [];
  #hasOwnRoots = false;
  #cert = "";
  #key = "";
  #passphrase: string | undefined;
  #minimum = 0;
  #maximum = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** What of it the host is told, as `SecureOptions` names it. */
  describe(): Readonly<Record<string, unknown>> {
    return {
      __proto__: null,
      ca: this.#hasOwnRoots ? this.#ca : undefined,
      cert: this.#cert === "" ? undefined : this.#cert,
      key: this.#key === "" ? undefined : this.#key,
      passphrase: this.#passphrase,
      minVersion: versions[`${this.#minimum}`],
      maxVersion: versions[`${this.#maximum}`],
    };
  }

  init(secureProtocol: unknown, minimum: number, maximum: number): void {
    if (secureProtocol !== undefined && secureProtocol !== null && secureProtocol !== "TLS_method") {
      throw missing("secureProtocol");
    }
    this.#minimum = minimum;
    this.#maximum = maximum;
  }

  close(): void {}

  setMinProto(version: number): void {
    this.#minimum = version;
  }

  setMaxProto(version: number): void {
    this.#maximum = version;
  }

  getMinProto(): number {
    return this.#minimum;
  }

  getMaxProto(): number {
    return this.#maximum;
  }

  addCACert(certificate: unknown): void {
    this.#hasOwnRoots = true;
    ArrayPrototypePush(this.#ca, this.#text(certificate));
  }

  // Those of the host's Node are there without being added.
  addRootCerts(): void {}

  setCert(certificate: unknown): void {
    this.#cert += this.#text(certificate);
  }

  setKey(key: unknown, passphrase: unknown): void {
    this.#key = this.#text(key);
    this.#passphrase = typeof passphrase === "string" ? passphrase : undefined;
  }

  // The ciphers, curves and signatures that are good enough, the host's Node decides; the library sets its defaults.
  setCiphers(list: string): void {
    if (list !== "" && list !== this.#default(false)) throw missing("setCiphers");
  }

  setCipherSuites(list: string): void {
    if (list !== this.#default(true)) throw missing("setCipherSuites");
  }

  setECDHCurve(curve: string): void {
    if (curve !== "auto") throw missing("setECDHCurve");
  }

  setOptions(): void {}

  setSessionIdContext(): void {}

  setSessionTimeout(): void {}

  setAllowPartialTrustChain(): never {
    throw missing("setAllowPartialTrustChain");
  }

  setSigalgs(): never {
    throw missing("setSigalgs");
  }

  setDHParam(): never {
    throw missing("setDHParam");
  }

  addCRL(): never {
    throw missing("addCRL");
  }

  loadPKCS12(): never {
    throw missing("loadPKCS12");
  }

  setCertificateCompression(): never {
    throw missing("setCertificateCompression");
  }

  getTicketKeys(): never {
    throw missing("getTicketKeys");
  }

  setTicketKeys(): never {
    throw missing("setTicketKeys");
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

function missing(property: string): Error {
  return unimplemented("crypto", `SecureContext.${property}`);
}
