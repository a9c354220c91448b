import type { SystemCallResult } from "@vivarium/core";
import type { Guest } from "../../guest.ts";
import { decodeFromHost, encodeForHost } from "../../host-values.ts";
import { createOwnRegistry, type WhenDead } from "../../own-registry.ts";
import { setOwn } from "../../past-prototypes.ts";
import {
  ArrayIsArray,
  ObjectKeys,
  StringPrototypeSlice,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../../primordial.ts";
import { withStackRoom } from "../../stack-room.ts";
import { unimplemented } from "../../unimplemented.ts";
import { readOperands } from "./operands.ts";

/** What a job has come to. */
export type JobAnswer = readonly [error: unknown, result: unknown];

/** Makes an object of the guest for one that the kernel has made. */
export type ObjectMaker = (number: number) => object;

/** What the kernel tells of an error. */
export interface Failure {
  readonly kind: "Error" | "TypeError" | "RangeError";
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The kernel's number of an object. */
interface Held {
  number: number;
}

const ENOSYS = -38;
const EBADF = -9;
const ENOMEM = -12;
/** The operands of one operation. */
const MOST_OPERAND_BYTES = 1024 * 1024 * 1024;
const constructors = { __proto__: null, Error, TypeError, RangeError } as const;

/** The guest's end of the kernel's cryptography: objects there by their numbers, which the program never sees. */
export class CryptoLink {
  readonly #guest: Guest;
  readonly #held: WeakMap<object, Held> = new WeakMap();
  readonly #whenDead: WhenDead<Held>;
  /** Makes a certificate of the guest for one that the kernel has made. */
  makeCertificate: ObjectMaker | undefined;
  /** Certificates, as PEM, that the program trusts instead of Node's. */
  roots: readonly string[] | undefined;
  /** Certificates, as PEM, that the program's world has it trust beside Node's: looked for when TLS first needs them. */
  extraRoots: () => readonly string[] = () => [];

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#whenDead = createOwnRegistry<Held>(guest, ({ number }) => {
      if (number !== 0) guest.calls.sync("crypto.close", number);
    });
  }

  get guest(): Guest {
    return this.#guest;
  }

  /** Has an object stand for one of the kernel's. */
  hold(object: object, number: number): void {
    const held = { number };
    WeakMapPrototypeSet(this.#held, object, held);
    this.#whenDead(object, held);
  }

  /** Makes an object in the kernel for one of the guest. @throws what Node's binding throws */
  make(object: object, name: string, operands: readonly unknown[]): void {
    let made = 0;
    this.#run(0, `new ${name}`, operands, (number) => {
      made = number;
      return object;
    });
    this.hold(object, made);
  }

  /** Frees what an object stands for: from here on it stands for nothing. */
  release(object: object): void {
    const held = WeakMapPrototypeGet(this.#held, object);
    if (held === undefined || held.number === 0) return;
    this.#guest.calls.sync("crypto.close", held.number);
    held.number = 0;
  }

  /** Does something with an object. @throws what Node's binding throws */
  call(object: object, name: string, operands: readonly unknown[], make?: ObjectMaker): unknown {
    return this.#run(this.#numberOf(object), name, operands, make);
  }

  /** Calls a function of the binding. @throws what it throws */
  callFunction(name: string, operands: readonly unknown[], make?: ObjectMaker): unknown {
    return this.#run(0, name, operands, make);
  }

  /** Puts what has come of a call where its caller wants it; undefined when nothing has. */
  fill(target: object, result: unknown): object | undefined {
    if (typeof result !== "object" || result === null) return undefined;
    const keys = ObjectKeys(result);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      setOwn(target, key, (result as Record<string, unknown>)[key]);
    }
    return target;
  }

  /** Goes on with a digest; false when that failed. */
  update(object: object, bytes: Uint8Array): boolean {
    return this.#guest.calls.syncWithInput("crypto.update", bytes, this.#numberOf(object)) === 1;
  }

  jobNow(name: string, operands: readonly unknown[], make: ObjectMaker): JobAnswer {
    try {
      return [undefined, this.#run(0, name, operands, make)];
    } catch (error) {
      return [error, undefined];
    }
  }

  /** Does a job that was made; `done` is called from the event loop, outside of any scope. */
  jobLater(job: object, name: string, make: ObjectMaker, done: (answer: JobAnswer) => void): void {
    const deliver = (result: SystemCallResult): void => {
      let answer: JobAnswer;
      try {
        answer = [undefined, this.#receive(name, result, make)];
      } catch (error) {
        answer = [error, undefined];
      }
      done(answer);
    };
    this.#guest.calls.request("crypto.job", [this.#numberOf(job)], deliver, { resource: name });
  }

  #run(number: number, name: string, operands: readonly unknown[], make?: ObjectMaker): unknown {
    const result = this.#guest.calls.syncWithInput("crypto.call", this.#encode(operands), number, name);
    return this.#receive(name, result, make);
  }

  #numberOf(object: object): number {
    const held = WeakMapPrototypeGet(this.#held, object);
    if (held === undefined || held.number === 0) throw new TypeError("Illegal invocation");
    return held.number;
  }

  #encode(operands: readonly unknown[]): Uint8Array {
    const live = (value: object): number | undefined => WeakMapPrototypeGet(this.#held, value)?.number;
    const { types } = this.#guest.native;
    const crosses = (object: object): boolean =>
      types.isArrayBufferView(object) || types.isAnyArrayBuffer(object) || live(object) !== undefined;
    const read = readOperands(operands, crosses, types.isSharedArrayBuffer);
    const result = encodeForHost(this.#guest, read, { limitBytes: MOST_OPERAND_BYTES, live });
    if (result.kind !== "encoded") {
      throw this.#guest.errors.coded("RangeError", "ERR_CRYPTO_OPERATION_FAILED", result.message);
    }
    return result.bytes;
  }

  #receive(name: string, result: SystemCallResult, make: ObjectMaker | undefined): unknown {
    const length = typeof result === "number" ? result : ENOMEM;
    if (length < 0) throw this.#refusal(name, length);
    const bytes = this.#guest.calls.payload(length);
    const answer = decodeFromHost(this.#guest, bytes, make) as readonly [true, unknown] | readonly [false, Failure];
    if (answer[0]) return this.#withBuffers(answer[1]);
    throw errorOf(answer[1]);
  }

  /** Node's binding gives bytes as Buffers, also in arrays and records. */
  #withBuffers(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (this.#guest.native.types.isUint8Array(value)) return this.#guest.toBuffer(value as Uint8Array);
    if (!ArrayIsArray(value) && !isPlain(this.#guest, value)) return value;
    const keys = ObjectKeys(value);
    const record = value as Record<string, unknown>;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      setOwn(record, key, this.#withBuffers(record[key]));
    }
    return value;
  }

  /** What the kernel answers without having asked Node's binding. */
  #refusal(name: string, errno: number): Error {
    const { errors } = this.#guest;
    if (errno === ENOSYS)
      return unimplemented("crypto", isConstruction(name) ? StringPrototypeSlice(name, NEW.length) : name);
    if (errno === EBADF) return errors.coded("Error", "ERR_CRYPTO_INVALID_STATE", "Unsupported state");
    return errors.coded("TypeError", "ERR_CRYPTO_OPERATION_FAILED", `Cannot do ${name} with these operands`);
  }
}

const NEW = "new ";

function isConstruction(name: string): boolean {
  return StringPrototypeSlice(name, 0, NEW.length) === NEW;
}

function isPlain(guest: Guest, value: object): boolean {
  const { types } = guest.native;
  return !types.isAnyArrayBuffer(value) && !types.isArrayBufferView(value) && !types.isDate(value);
}

/** An error of the guest, as the kernel tells of it. */
export function errorOf({ kind, message, properties }: Failure): Error {
  const error = withStackRoom(() => new constructors[kind](message));
  const keys = ObjectKeys(properties);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    setOwn(error, key, properties[key]);
  }
  return error;
}
