import { TypedArrayPrototypeSlice } from "../../past-prototypes.ts";
import {
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
  WeakMapPrototypeDelete,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../../primordial.ts";
import type { CryptoLink } from "./crypto-link.ts";

/** Beyond that, a digest goes on in the kernel: what is held here is copied with every piece that comes. */
const MOST_BYTES = 4096;

/** Digests whose result has one length: `true` once the kernel has made one, which a configuration of OpenSSL may refuse. */
type Known = Record<string, boolean | undefined>;

/** Encodings of a result, and what of Node's writes them. */
const writers: Readonly<Record<string, "base64Slice" | "base64urlSlice" | "hexSlice" | undefined>> = {
  __proto__: null as never,
  base64: "base64Slice",
  base64url: "base64urlSlice",
  hex: "hexSlice",
};

interface Held {
  readonly algorithm: string;
  bytes: Uint8Array;
  /** Whether its result has been told: it takes no more then. */
  isOver: boolean;
}

/**
 * Digests of few bytes: held in the guest until the result is asked for, which is then one call to the kernel instead of
 * four, with no object there that has to be closed.
 */
export class SmallDigests {
  readonly #link: CryptoLink;
  readonly #held: WeakMap<object, Held> = new WeakMap();
  readonly #known: Known = {
    __proto__: null as never,
    md5: false,
    sha1: false,
    sha256: false,
    sha384: false,
    sha512: false,
  };

  constructor(link: CryptoLink) {
    this.#link = link;
  }

  /** A digest begins. @throws what Node's binding throws */
  begin(hash: object, algorithm: string | object, length: number | undefined): void {
    if (typeof algorithm === "object") this.#giveUp(algorithm);
    const isKnown = typeof algorithm === "string" && length === undefined ? this.#known[algorithm] : undefined;
    if (isKnown === true) {
      WeakMapPrototypeSet(this.#held, hash, {
        algorithm: algorithm as string,
        bytes: new Uint8Array(0),
        isOver: false,
      });
      return;
    }
    this.#link.make(hash, "Hash", [algorithm, length]);
    if (isKnown === false) this.#known[algorithm as string] = true;
  }

  /** Goes on with it; false when that failed. */
  update(hash: object, bytes: Uint8Array): boolean {
    const held = WeakMapPrototypeGet(this.#held, hash);
    if (held === undefined) return this.#link.update(hash, bytes);
    if (held.isOver) return false;
    const before = TypedArrayPrototypeGetLength(held.bytes);
    const added = TypedArrayPrototypeGetLength(bytes);
    if (before + added > MOST_BYTES) {
      this.#giveUp(hash);
      return this.#link.update(hash, bytes);
    }
    held.bytes = before === 0 ? TypedArrayPrototypeSlice(bytes) : joined(held.bytes, before, bytes, added);
    return true;
  }

  /** Its result, as Node's binding gives it. */
  digest(hash: object, encoding: unknown): unknown {
    const result = this.#resultOf(hash, encoding);
    if (result === undefined) return this.#link.call(hash, "digest", [encoding]);
    const { guest } = this.#link;
    const writer = typeof encoding === "string" ? writers[encoding] : undefined;
    return writer === undefined ? guest.toBuffer(result) : guest.native.buffer[writer](result);
  }

  /** Undefined for a digest that is the kernel's from here on. */
  #resultOf(hash: object, encoding: unknown): Uint8Array | undefined {
    const held = WeakMapPrototypeGet(this.#held, hash);
    if (held === undefined) return undefined;
    const { calls } = this.#link.guest;
    const length = canWrite(encoding) ? calls.syncWithInput("crypto.digest", held.bytes, held.algorithm) : -1;
    if (typeof length === "number" && length > 0) {
      held.isOver = true;
      return calls.payload(length);
    }
    this.#giveUp(hash);
    return undefined;
  }

  /** Has the kernel make the digest after all, with what has come of it. */
  #giveUp(hash: object): void {
    const held = WeakMapPrototypeGet(this.#held, hash);
    if (held === undefined || held.isOver) return;
    this.#link.make(hash, "Hash", [held.algorithm, undefined]);
    WeakMapPrototypeDelete(this.#held, hash);
    this.#link.update(hash, held.bytes);
  }
}

function canWrite(encoding: unknown): boolean {
  return encoding === undefined || (typeof encoding === "string" && writers[encoding] !== undefined);
}

function joined(first: Uint8Array, length: number, second: Uint8Array, added: number): Uint8Array {
  const whole = new Uint8Array(length + added);
  TypedArrayPrototypeSet(whole, first);
  TypedArrayPrototypeSet(whole, second, length);
  return whole;
}
