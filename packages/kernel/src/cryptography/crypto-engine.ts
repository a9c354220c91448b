import { types } from "node:util";
import { decodeInert, encodeInert } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkOperands } from "./check-operands.ts";
import { assertContextMeans, withinMeans } from "./costs.ts";
import { failureOf } from "./crypto-failure.ts";
import { CryptoObjects } from "./crypto-objects.ts";
import { isKeyUse } from "./key-uses.ts";
import { forgetErrors, type NativeCrypto, type NativeJob, type NativeObject, nativeNumber } from "./native-crypto.ts";
import { isInstance } from "./operand-kinds.ts";
import { constructors, functions, jobs, methods, type Operation, variableJobs } from "./operations.table.ts";
import { TlsEnd } from "./tls-end.ts";

/** How many bytes a result may take. */
const RESULT_BYTES = 512 * 1024 * 1024;

type Callable = (...operands: readonly unknown[]) => unknown;
type Class = new (...operands: readonly unknown[]) => NativeObject;

/** Cryptography for one guest. Operands and results are in the inert codec, where an object is live, by its number. */
export interface CryptoEngine {
  /**
   * Does something with an object, or makes one (`new Hash`), or calls a function (object 0), or does a job.
   * @throws {CallFailure} for what no guest of ours asks
   */
  call(object: number, name: string, operands: Uint8Array): Uint8Array;
  /** Goes on with a digest, or a signature; false: it went wrong. @throws {CallFailure} */
  update(object: number, bytes: Uint8Array): boolean;
  /**
   * Does a job that was made before, on another thread where there is one for it, and tells as it goes on what CPU time it
   * has used there. Rejects with a {@link CallFailure}.
   */
  job(object: number, charge: ChargeWork): Promise<Uint8Array> | Uint8Array;
  close(object: number): void;
  /** Idempotent. */
  dispose(): void;
  /** Whether another thread of this process does a job for it, also after its end: nothing interrupts that. */
  readonly isWorking: boolean;
}

/** Takes CPU time of another thread, in milliseconds; false: nobody waits for the work any more. */
export type ChargeWork = (cpuMs: number) => boolean;

/** Does a job on a thread of the pool. Rejects when nobody waits for it any more. */
export type PoolWork = <Result>(start: (done: (result: Result) => void) => void, charge: ChargeWork) => Promise<Result>;

/** {@link CryptoEngine} on Node's `crypto` binding of this process. */
export class NativeCryptoEngine implements CryptoEngine {
  readonly #native: NativeCrypto;
  readonly #pool: PoolWork | undefined;
  readonly #objects: CryptoObjects = new CryptoObjects();
  readonly #numbers: WeakMap<object, number> = new WeakMap();
  /** Names of digests, as the binding has numbered them: it looks them up but once. */
  readonly #digests: Record<string, number>;
  #isWorking = false;

  /** @param pool absent: jobs are done on this thread */
  constructor(native: NativeCrypto, pool?: PoolWork) {
    this.#native = native;
    this.#pool = pool;
    this.#digests = (native["getCachedAliases"] as () => Record<string, number>)();
  }

  call(object: number, name: string, operands: Uint8Array): Uint8Array {
    return this.#answer(operands, (given) => {
      if (object !== 0) return this.#method(object, name, given);
      if (name.startsWith("new ")) return this.#make(name.slice(4), given, operands.byteLength);
      if (name.endsWith("Job")) return this.#jobNow(name, given);
      return this.#function(name, given);
    });
  }

  update(number: number, bytes: Uint8Array): boolean {
    const { object, name } = this.#objects.get(number);
    if (!["Hash", "Hmac", "Sign", "Verify"].includes(name)) throw new CallFailure("EINVAL");
    try {
      return (object["update"] as Callable).call(object, bytes) !== false;
    } catch {
      return false;
    }
  }

  job(number: number, charge: ChargeWork): Promise<Uint8Array> | Uint8Array {
    const { object, name } = this.#objects.get(number);
    if (!name.endsWith("Job")) throw new CallFailure("EINVAL");
    // No job is done twice.
    this.#objects.close(number);
    const job = object as NativeObject & NativeJob;
    const pool = this.#pool;
    if (pool === undefined) return this.#ran(job.run() ?? []);
    return pool<Uint8Array>((done) => {
      this.#isWorking = true;
      job.ondone = (error, result) => {
        this.#isWorking = false;
        done(this.#ran([error, result]));
      };
      job.run();
    }, charge);
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  close(object: number): void {
    this.#objects.close(object);
  }

  dispose(): void {
    this.#objects.clear();
  }

  #function(name: string, given: readonly unknown[]): unknown {
    const operation = found(functions, name);
    checkOperands(operation, given, this.#native);
    const call = this.#native[name] as Callable;
    if (name === "oneShotDigest") {
      const [algorithm, ...rest] = given;
      return call(algorithm, this.#digestId(algorithm), this.#digests, ...rest);
    }
    return operation.fills === true ? call({}, ...given) : call(...given);
  }

  #ran([error, result]: readonly unknown[]): Uint8Array {
    try {
      return error === undefined ? this.#succeeded(result) : this.#failed(error);
    } catch (failure) {
      return this.#failed(failure);
    }
  }

  #make(name: string, given: readonly unknown[], bytes: number): NativeObject {
    const object = name.endsWith("Job")
      ? this.#createJob(name, given, this.#pool === undefined ? "kCryptoJobSync" : "kCryptoJobAsync")
      : this.#construct(name, given);
    const taken = bytes + (Object.hasOwn(takenBytes, name) ? (takenBytes[name] ?? 0) : 0);
    this.#numbers.set(object, this.#objects.add(object, name, taken));
    return object;
  }

  #construct(name: string, given: readonly unknown[]): NativeObject {
    checkOperands(found(constructors, name), given, this.#native);
    if (name === "TLSWrap") return new TlsEnd(given[0] as NativeObject, given[1] === true);
    const Native = this.#native[name] as Class;
    if (name === "Hash") {
      const [algorithm, length] = given;
      return new Native(algorithm, length, this.#digestId(algorithm), this.#digests);
    }
    if (name === "KeyObjectHandle" && !isKeyUse(given, this.#native)) throw new CallFailure("EINVAL");
    if (!["Hmac", "Sign", "Verify", "KeyObjectHandle", "SecureContext"].includes(name)) return new Native(...given);
    const object = new Native();
    (object["init"] as Callable).call(object, ...given);
    return object;
  }

  #method(number: number, name: string, given: readonly unknown[]): unknown {
    const { object, name: className } = this.#objects.get(number);
    const operation = found(methods[className] ?? {}, name);
    checkOperands(operation, given, this.#native);
    if (className === "KeyObjectHandle" && !isKeyUse(given, this.#native, object, name))
      throw new CallFailure("EINVAL");
    if (operation.isLast === true) this.#objects.done(number);
    if (object instanceof TlsEnd) return this.#runEnd(number, object, { name, given });
    if (className === "SecureContext") {
      assertContextMeans(name, given[0]);
      this.#objects.grow(number, CONTEXT_FACTOR * sizeOf(given));
    }
    const member = object[name];
    if (typeof member !== "function") return member;
    return operation.fills === true ? member.call(object, {}, ...given) : member.call(object, ...given);
  }

  /** What it is given may stay with it: until it has been sent, or its program has answered. */
  #runEnd(
    number: number,
    end: TlsEnd,
    { name, given }: { readonly name: string; readonly given: readonly unknown[] },
  ): unknown {
    this.#objects.resize(number, end.heldBytes + sizeOf(given));
    try {
      return end.run(name, given);
    } finally {
      this.#objects.resize(number, end.heldBytes);
    }
  }

  #jobNow(name: string, given: readonly unknown[]): unknown {
    const [error, result] = this.#createJob(name, given, "kCryptoJobSync").run() ?? [];
    if (error !== undefined) throw error;
    return result;
  }

  #createJob(name: string, given: readonly unknown[], mode: string): NativeObject & NativeJob {
    const operation = Object.hasOwn(variableJobs, name) ? variableJobs[name]?.(given) : undefined;
    checkOperands(operation ?? found(jobs, name), given, this.#native);
    const Native = this.#native[name] as
      | (new (
          ...operands: readonly unknown[]
        ) => NativeObject & NativeJob)
      | undefined;
    if (Native === undefined || !isKeyUse(given, this.#native, undefined, name)) throw new CallFailure("EINVAL");
    return new Native(nativeNumber(this.#native, mode), ...withinMeans(name, given));
  }

  #digestId(algorithm: unknown): number {
    return typeof algorithm === "string" && Object.hasOwn(this.#digests, algorithm)
      ? (this.#digests[algorithm] ?? -1)
      : -1;
  }

  #answer(operands: Uint8Array, action: (given: readonly unknown[]) => unknown): Uint8Array {
    // Of another guest, maybe.
    forgetErrors(this.#native);
    try {
      return this.#succeeded(action(this.#decode(operands)));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #decode(bytes: Uint8Array): readonly unknown[] {
    let given: unknown;
    try {
      given = decodeInert(bytes, { live: (number) => this.#objects.get(number).object });
    } catch {
      throw new CallFailure("EINVAL");
    }
    if (!Array.isArray(given)) throw new CallFailure("EINVAL");
    return given;
  }

  #succeeded(result: unknown): Uint8Array {
    return this.#encode([true, result]);
  }

  /** Also what has been thrown by a native object that has run out of memory: no words of the host are in it. */
  #failed(error: unknown): Uint8Array {
    if (error instanceof CallFailure) throw error;
    return this.#encode([false, failureOf(error)]);
  }

  /** What is neither data nor known yet is a new object of the guest's. */
  #encode(value: unknown): Uint8Array {
    const live = (object: object): number | undefined => {
      if (!isLive(object)) return undefined;
      const known = this.#numbers.get(object);
      if (known !== undefined) return known;
      const name = isInstance(object, this.#native, "KeyObjectHandle") ? "KeyObjectHandle" : "X509Certificate";
      const number = this.#objects.add(object as NativeObject, name, KEY_BYTES);
      this.#numbers.set(object, number);
      return number;
    };
    const result = encodeInert(value, { predicates: types, limitBytes: RESULT_BYTES, leavesStacks: true, live });
    if (result.kind !== "encoded") throw new Error(result.message);
    return result.bytes;
  }
}

/** What objects take that are made of little, by estimate. */
const takenBytes: Readonly<Record<string, number>> = { SecureContext: 32 * 1024, TLSWrap: 96 * 1024 };
/** What a context of TLS takes for each byte of a certificate that it is given, by estimate. */
const CONTEXT_FACTOR = 8;

function sizeOf([first]: readonly unknown[]): number {
  if (typeof first === "string") return first.length;
  return ArrayBuffer.isView(first) || first instanceof ArrayBuffer ? first.byteLength : 0;
}

/** What a key takes that was made here, by estimate. */
const KEY_BYTES = 4_096;

function isLive(object: object): boolean {
  if (Object.getPrototypeOf(object) === null) return false;
  const isData = ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object) || types.isDate(object);
  return !isData && !Array.isArray(object) && typeof object !== "function";
}

function found(table: Readonly<Record<string, Operation>>, name: string): Operation {
  const operation = Object.hasOwn(table, name) ? table[name] : undefined;
  if (operation === undefined) throw new CallFailure("EINVAL");
  return operation;
}
