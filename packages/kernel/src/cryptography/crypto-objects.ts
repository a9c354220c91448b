import { KeptThings } from "../modules/kept-things.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { CryptoRefusal } from "./crypto-failure.ts";
import type { NativeObject } from "./native-crypto.ts";

/** Objects that a guest has at a time, and what they may take together, by estimate: they lie outside of its isolate. */
const MOST_OBJECTS = 131_072;
const MOST_BYTES = 256 * 1024 * 1024;
/** What the smallest takes. */
const OBJECT_BYTES = 512;
/** Objects that are done with are kept so many operations longer: for a tag that is asked for, or an error that tells so. */
const LAST_KEPT = 256;

/** An object of the binding, or one of ours that has to be told when it is of no more use. */
export type KeptObject = NativeObject & { [Symbol.dispose]?(): void };

interface Kept {
  readonly object: KeptObject;
  readonly name: string;
  bytes: number;
  /** What it takes besides at present. */
  extra: number;
}

/** The objects of Node's `crypto` binding that one guest knows by their numbers. */
export class CryptoObjects {
  readonly #kept: KeptThings<Kept> = new KeptThings(MOST_OBJECTS);
  #done: number[] = [];
  #bytes = 0;

  /**
   * @param name of its class
   * @param bytes of what it was made of
   * @throws {CryptoRefusal} when there are too many
   */
  add(object: KeptObject, name: string, bytes: number): number {
    const taken = OBJECT_BYTES + bytes;
    const number =
      this.#bytes + taken > MOST_BYTES ? undefined : this.#kept.keep({ object, name, bytes: taken, extra: 0 });
    if (number === undefined) throw tooMany();
    this.#bytes += taken;
    return number;
  }

  /** @throws {CallFailure} `EBADF` */
  get(number: number): Pick<Kept, "object" | "name"> {
    const kept = this.#kept.get(number);
    if (kept === undefined) throw new CallFailure("EBADF");
    return kept;
  }

  /** The object is of no more use: a guest that computes on without a turn of its event loop cannot say so. */
  done(number: number): void {
    this.#done.push(number);
    if (this.#done.length < 2 * LAST_KEPT) return;
    for (const old of this.#done.slice(0, LAST_KEPT)) this.close(old);
    this.#done = this.#done.slice(LAST_KEPT);
  }

  /** It has been given more. @throws as {@link add} does */
  grow(number: number, bytes: number): void {
    const kept = this.#kept.get(number);
    if (kept === undefined) throw new CallFailure("EBADF");
    if (this.#bytes + bytes > MOST_BYTES) throw tooMany();
    kept.bytes += bytes;
    this.#bytes += bytes;
  }

  /** It takes so much besides itself from here on. @throws as {@link add} does, and then it is as it was */
  resize(number: number, bytes: number): void {
    const kept = this.#kept.get(number);
    if (kept === undefined) throw new CallFailure("EBADF");
    const more = bytes - kept.extra;
    if (more > 0 && this.#bytes + more > MOST_BYTES) throw tooMany();
    kept.extra = bytes;
    this.#bytes += more;
  }

  close(number: number): void {
    const kept = this.#kept.take(number);
    this.#bytes -= (kept?.bytes ?? 0) + (kept?.extra ?? 0);
    kept?.object[Symbol.dispose]?.();
  }

  clear(): void {
    for (const { object } of this.#kept.takeAll()) object[Symbol.dispose]?.();
    this.#done = [];
    this.#bytes = 0;
  }
}

function tooMany(): CryptoRefusal {
  const message = "The cryptographic objects that have not been collected are too many, or take too much memory";
  return new CryptoRefusal("Error", "ERR_CRYPTO_OPERATION_FAILED", message);
}
