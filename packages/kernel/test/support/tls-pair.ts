import { CryptoGuest, type Kept } from "./crypto-guest.ts";
import { localCertificate } from "./local-certificate.table.ts";

type Told = readonly [name: string, given: readonly unknown[]];

/** Two ends of TLS in one guest, whose bytes go from one to the other. */
export class TlsPair {
  readonly guest: CryptoGuest = new CryptoGuest();
  readonly server: Kept;
  readonly client: Kept;
  /** What the client trusts. */
  readonly trusting: Kept;
  readonly told: Readonly<Record<"server" | "client", Told[]>> = { server: [], client: [] };

  constructor(version: number) {
    const context = (): Kept => this.guest.make("SecureContext", undefined, version, version);
    const own = context();
    this.guest.ask(own, "setCert", localCertificate.cert);
    this.guest.ask(own, "setKey", localCertificate.key, undefined);
    this.trusting = context();
    this.guest.ask(this.trusting, "addCACert", localCertificate.cert);
    this.server = this.guest.make("TLSWrap", own, true);
    this.client = this.guest.make("TLSWrap", this.trusting, false);
    this.guest.ask(this.client, "setVerifyMode", true, true);
  }

  /** Does something with an end, and brings what it says to the other, and what that says back. */
  run(end: "server" | "client", name: string, ...operands: readonly unknown[]): unknown {
    const [isDone, answer] = this.guest.ask(this[end], name, ...operands) as [boolean, [unknown, Told[]]];
    if (!isDone) return undefined;
    const [result, told] = answer;
    const other = end === "server" ? "client" : "server";
    for (const event of told) {
      if (event[0] === "out") this.run(other, "receiveBytes", event[1][0]);
      else this.told[end].push(event);
    }
    return result;
  }

  /** What an end has read. */
  read(end: "server" | "client"): string {
    const pieces = this.told[end].flatMap(([name, [given]]) => (name === "read" ? [given] : []));
    return pieces.map((piece) => (piece instanceof Uint8Array ? Buffer.from(piece).toString() : `(${piece})`)).join("");
  }
}
