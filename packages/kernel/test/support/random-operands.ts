import { generateKeyPairSync } from "node:crypto";
import {
  constructors,
  functions,
  jobs,
  methods,
  type Operation,
  variableJobs,
} from "../../src/cryptography/operations.table.ts";
import { CallFailure } from "../../src/system-calls/call-failure.ts";
import { CryptoGuest, Kept } from "./crypto-guest.ts";

/** What has been asked, and come of it: asked for what Node's library never asks for, most is refused. */
export interface Tally {
  done: number;
  failed: number;
  refused: number;
}

const MOST_KEPT = 200;
const bytes = (length: number): Uint8Array => new Uint8Array(length);
const texts = [
  "sha256",
  "md5",
  "shake128",
  "aes-128-gcm",
  "aes-256-cbc",
  "aes-128-ccm",
  "aes128-wrap",
  "P-256",
  "modp5",
  "ed25519",
  "hex",
  "base64",
  "",
  "\0",
  "x".repeat(99),
];
const integers = [0, 1, 2, 3, 4, 5, 6, 9, 16, 32, -1, -2, 128, 512, 2 ** 31 - 1, -(2 ** 31)];
const sizes = [0, 1, 2, 3, 5, 16, 32, 128, 256, 512, 2 ** 31, 2 ** 32 - 1];
/** What would take long, or much: the place of an operand, and what it is instead. */
const small: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  RsaKeyPairGenJob: [[1, 512]],
  DsaKeyPairGenJob: [[0, 512]],
  DhKeyPairGenJob: [[0, 64]],
  ScryptJob: [
    [2, 16],
    [3, 1],
    [4, 1],
  ],
  Argon2Job: [
    [2, 1],
    [4, 8],
    [5, 1],
  ],
  PBKDF2Job: [[2, 3]],
  RandomPrimeJob: [[0, 32]],
  CheckPrimeJob: [[1, 3]],
  DiffieHellman: [[0, 64]],
};

/** Asks for operations in any order, with operands of the kinds that they take and any value: the same for the same seed. */
export class RandomOperands {
  readonly tally: Tally = { done: 0, failed: 0, refused: 0 };
  readonly #guest: CryptoGuest = new CryptoGuest();
  readonly #keys: readonly (string | Buffer | object)[] = keyTexts();
  #kept: [className: string, object: Kept][] = [];
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  step(): void {
    const kind = this.#below(8);
    if (kind === 0) this.#ask(undefined, ...this.#oneOf(Object.entries(functions)));
    else if (kind === 1) {
      const [name, operation] = this.#oneOf(Object.entries(constructors));
      this.#ask(undefined, `new ${name}`, operation, name);
    } else if (kind === 2) this.#try(undefined, "new KeyObjectHandle", this.#keyOperands(), "KeyObjectHandle");
    else if (kind < 5 && this.#kept.length > 0) {
      const [name, object] = this.#oneOf(this.#kept);
      this.#ask(object, ...this.#oneOf(Object.entries(methods[name] ?? {})));
    } else if (kind > 5) this.#askTls();
    else this.#askJob();
    if (this.#kept.length > MOST_KEPT) this.#kept = this.#kept.slice(1);
  }

  /** Ends of TLS live long enough to be asked for much. */
  #askTls(): void {
    const ends = this.#kept.filter(([className]) => className === "TLSWrap" || className === "SecureContext");
    if (ends.length < 6 || this.#below(12) === 0) {
      const name = this.#oneOf(["SecureContext", "TLSWrap"]);
      const operation = constructors[name];
      if (operation !== undefined) this.#ask(undefined, `new ${name}`, operation, name);
      return;
    }
    const [name, object] = this.#oneOf(ends);
    const hello = this.#oneOf([undefined, undefined, undefined, clientHello]);
    if (name === "TLSWrap" && hello !== undefined) this.#try(object, "receiveBytes", [hello], name);
    else this.#ask(object, ...this.#oneOf(Object.entries(methods[name] ?? {})));
  }

  #askJob(): void {
    const name = this.#oneOf([...Object.keys(jobs), ...Object.keys(variableJobs)]);
    const operation = jobs[name] ?? variableJobs[name]?.([this.#oneOf([0, 1, "modp5"])]);
    if (operation !== undefined) this.#ask(undefined, name, operation);
  }

  #ask(object: Kept | undefined, name: string, { operands }: Operation, className = "KeyObjectHandle"): void {
    const values = operands === "" ? [] : operands.split(" ").map((kinds) => this.#value(kinds));
    for (const [at, value] of small[className === "KeyObjectHandle" ? name : className] ?? []) {
      if (typeof values[at] === "number") values[at] = value;
    }
    this.#try(object, name, values, name === "parseX509" ? "X509Certificate" : className);
  }

  #try(object: Kept | undefined, name: string, operands: readonly unknown[], className: string): void {
    try {
      const [ok, result] = this.#guest.ask(object, name, ...operands);
      this.tally[ok ? "done" : "failed"] += 1;
      for (const made of Array.isArray(result) ? result : [result]) {
        if (made instanceof Kept) this.#kept.push([className, made]);
      }
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      this.tally.refused += 1;
    }
  }

  #keyOperands(): unknown[] {
    const key = this.#oneOf(this.#keys);
    const type = this.#oneOf([1, 2]);
    if (this.#below(4) === 0) return [0, bytes(this.#below(40))];
    if (typeof key === "string") return [type, Buffer.from(key), 1, this.#oneOf([null, 0, 1, 2, 3]), null, null];
    if (key instanceof Buffer) return [type, key, 0, this.#oneOf([0, 1, 2, 3]), null, null];
    return [type, key, 2, null, null, null];
  }

  #value(kinds: string): unknown {
    if (kinds.startsWith("=")) return this.#oneOf(kinds.slice(1).split(","));
    if (/[?~]$/u.test(kinds) && this.#below(3) === 0)
      return kinds.endsWith("~") ? this.#oneOf([null, undefined]) : undefined;
    const kind = this.#oneOf(kinds.replace(/[?~]$/u, "").split("|"));
    switch (kind) {
      case "text":
        return this.#oneOf(texts);
      case "flag":
        return this.#below(2) === 1;
      case "number":
        return this.#oneOf([1e6, -1, 0, 1.5, 16]);
      case "int":
        return this.#oneOf(integers);
      case "uint":
      case "room":
        return this.#oneOf(sizes);
      case "null":
        return null;
      case "bytes":
        return this.#below(4) === 0
          ? Buffer.from(JSON.stringify(this.#oneOf(this.#keys)))
          : bytes(this.#oneOf([0, 1, 12, 16, 24, 32, 64, 128]));
      case "protocols":
        return Uint8Array.from(this.#oneOf([[], [1, 97], [2, 97, 98, 1, 99], [0], [9, 1], [1, 97, 0]]));
      case "version":
        return this.#oneOf([0, 0x303, 0x304, 0x303, 0x304, -1]);
      case "ticketKeys":
        return bytes(this.#oneOf([0, 48, 48]));
      case "record":
        return this.#oneOf(this.#keys.filter((key) => typeof key === "object" && !(key instanceof Buffer)));
      default:
        return kind.includes("..") ? this.#within(kind) : this.#keptObject(kind);
    }
  }

  #within(range: string): number {
    const [least = 0, most = 0] = range.split("..").map(Number);
    return this.#oneOf([least, Math.min(most, 1_000), Math.min(least + 16, most)]);
  }

  #keptObject(kind: string): unknown {
    const name = { hash: "Hash", certificate: "X509Certificate", context: "SecureContext" }[kind] ?? "KeyObjectHandle";
    const found = this.#kept.filter(([className]) => className === name);
    return found.length === 0 ? bytes(3) : this.#oneOf(found)[1];
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #below(bound: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * bound);
  }
}

/** What a client of TLS 1.2 and 1.3 begins with, its name and protocols among it. */
const clientHello = Buffer.from(
  "16030100950100009103030000000000000000000000000000000000000000000000000000000000000000000004c02f130101000064" +
    "0000000e000c0000096c6f63616c686f7374000b00020100000a0006000400170018000d000a0008040308040401050100100005000302" +
    "6832002b00050403040303002d00020101003300260024001d00200900000000000000000000000000000000000000000000000000000000000000",
  "hex",
);

/** Keys of every algorithm, as a program may have them. */
function keyTexts(): (string | Buffer | object)[] {
  const pairs = [
    generateKeyPairSync("rsa", { modulusLength: 1024 }),
    generateKeyPairSync("rsa-pss", { modulusLength: 1024 }),
    generateKeyPairSync("ec", { namedCurve: "P-256" }),
    generateKeyPairSync("ed25519"),
    generateKeyPairSync("x25519"),
    generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
  ];
  return pairs.flatMap(({ publicKey, privateKey }) => {
    const written = [
      publicKey.export({ type: "spki", format: "pem" }),
      privateKey.export({ type: "pkcs8", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      privateKey.export({ type: "pkcs8", format: "der" }),
    ];
    const hasWebKey = ["rsa", "ec", "ed25519", "x25519"].includes(publicKey.asymmetricKeyType ?? "");
    const webKeys = hasWebKey ? [publicKey, privateKey].map((key) => key.export({ format: "jwk" })) : [];
    return [...written, ...webKeys.map((key) => Object.assign(Object.create(null), key) as object)];
  });
}
