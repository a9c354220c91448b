import type { Binding, Guest } from "../../guest.ts";
import { ArrayPrototypePush, defineOwn, setOwn } from "../../past-prototypes.ts";
import { ArrayBufferIsView, ObjectKeys, ReflectApply, TypedArrayPrototypeGetBuffer } from "../../primordial.ts";
import type { CryptoLink } from "./crypto-link.ts";
import type { KeyClasses } from "./key-classes.ts";
import type { KeyHandles } from "./key-handles.ts";

const ASYNC = 0;
const SYNC = 1;

/** Jobs of the binding, each with the async resource that it is. */
const providers: Readonly<Record<string, string>> = {
  __proto__: null as never,
  ScryptJob: "SCRYPTREQUEST",
  PBKDF2Job: "PBKDF2REQUEST",
  HKDFJob: "DERIVEBITSREQUEST",
  Argon2Job: "ARGON2REQUEST",
  HashJob: "HASHREQUEST",
  CShakeJob: "HASHREQUEST",
  TurboShakeJob: "HASHREQUEST",
  KangarooTwelveJob: "HASHREQUEST",
  HmacJob: "SIGNREQUEST",
  KmacJob: "SIGNREQUEST",
  SignJob: "SIGNREQUEST",
  AESCipherJob: "CIPHERREQUEST",
  ChaCha20Poly1305CipherJob: "CIPHERREQUEST",
  RSACipherJob: "CIPHERREQUEST",
  DHBitsJob: "DERIVEBITSREQUEST",
  KEMEncapsulateJob: "DERIVEBITSREQUEST",
  KEMDecapsulateJob: "DERIVEBITSREQUEST",
  RandomPrimeJob: "RANDOMPRIMEREQUEST",
  CheckPrimeJob: "CHECKPRIMEREQUEST",
  SecretKeyGenJob: "KEYGENREQUEST",
  RsaKeyPairGenJob: "KEYPAIRGENREQUEST",
  DsaKeyPairGenJob: "KEYPAIRGENREQUEST",
  EcKeyPairGenJob: "KEYPAIRGENREQUEST",
  NidKeyPairGenJob: "KEYPAIRGENREQUEST",
  DhKeyPairGenJob: "KEYPAIRGENREQUEST",
};

/** How many operands of a job say what key of the web's is to be made: algorithm, usages of each key, and whether it can be exported. */
const webOperands: Readonly<Record<string, number>> = {
  __proto__: null as never,
  SecretKeyGenJob: 3,
  RsaKeyPairGenJob: 4,
  EcKeyPairGenJob: 4,
  NidKeyPairGenJob: 4,
};

type OnDone = (this: object, error: unknown, result: unknown) => void;

/** Classes whose instances do one thing each: at once, later, or for a promise. */
export function jobClasses(link: CryptoLink, keys: KeyHandles, classes: KeyClasses): Binding {
  const binding: Binding = {};
  const names = ObjectKeys(providers);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    binding[name] = jobClass({ link, keys, classes, name, provider: providers[name] as string });
  }
  return binding;
}

interface JobShape {
  readonly link: CryptoLink;
  readonly keys: KeyHandles;
  readonly classes: KeyClasses;
  readonly name: string;
  readonly provider: string;
}

function jobClass({ link, keys, classes, name, provider }: JobShape): Function {
  const { guest } = link;
  class Job {
    declare ondone: unknown;
    readonly #mode: number;
    readonly #operands: readonly unknown[];

    constructor(mode: number, ...operands: readonly unknown[]) {
      this.#mode = mode;
      this.#operands = operands;
      if (mode !== SYNC) link.make(this, name, mode === ASYNC ? operands : withoutWebOperands(name, operands));
      guest.wraps.adopt(this, provider);
    }

    run(): unknown {
      if (this.#mode === SYNC) return link.jobNow(name, this.#operands, keys.received);
      if (this.#mode !== ASYNC) return this.#promise();
      link.jobLater(this, name, keys.received, (answer) => {
        const { ondone } = this;
        inScope(guest, this, () => {
          if (typeof ondone === "function") ReflectApply(ondone as OnDone, this, [answer[0], answer[1]]);
        });
      });
      return undefined;
    }

    #promise(): Promise<unknown> {
      return new Promise((resolve, reject) => {
        link.jobLater(this, name, keys.received, (answer) => {
          const error = answer[0];
          const result = error === undefined ? webResult(classes, name, answer[1], this.#operands) : undefined;
          inScope(guest, this, () => {
            if (error === undefined) resolveWith(resolve, result);
            else reject(operationError(guest, error));
          });
        });
      });
    }
  }
  guest.wraps.dress(Job.prototype);
  defineOwn(Job, "name", name);
  return Job;
}

/** Runs what tells the program of a job as Node does: in its async scope. */
function inScope(guest: Guest, job: object, tell: () => void): void {
  const wrap = guest.wraps.wrapOf(job);
  if (wrap === undefined) return;
  guest.loop.makeCallback(wrap, tell, job);
  guest.wraps.release(wrap);
}

function withoutWebOperands(name: string, operands: readonly unknown[]): unknown[] {
  const count = operands.length - (webOperands[name] ?? 0);
  const rest: unknown[] = [];
  for (let index = 0; index < count; index++) ArrayPrototypePush(rest, operands[index]);
  return rest;
}

/** What a job comes to for the web's cryptography: keys and buffers of the web's. */
function webResult(classes: KeyClasses, name: string, result: unknown, operands: readonly unknown[]): unknown {
  const made = {};
  const parts = result as readonly [object, object];
  const at = operands.length - (webOperands[name] ?? 0);
  if (name === "KEMEncapsulateJob") {
    setOwn(made, "sharedKey", bufferOf(parts[0]));
    setOwn(made, "ciphertext", bufferOf(parts[1]));
    return made;
  }
  if (at === operands.length) return ArrayBufferIsView(result) ? bufferOf(result) : result;
  const algorithm = operands[at];
  if (name === "SecretKeyGenJob") {
    return classes.createCryptoKey(result as object, algorithm, operands[at + 1], operands[at + 2] === true);
  }
  setOwn(made, "publicKey", classes.createCryptoKey(parts[0], algorithm, operands[at + 1], true));
  const isExtractable = operands[at + 3] === true;
  setOwn(made, "privateKey", classes.createCryptoKey(parts[1], algorithm, operands[at + 2], isExtractable));
  return made;
}

/** Bytes from the kernel lie in a buffer of their own. */
function bufferOf(bytes: object): ArrayBufferLike {
  return TypedArrayPrototypeGetBuffer(bytes as Uint8Array);
}

/** A promise asks what it resolves to for `then`, which a program may have put on a prototype: it is to find none. */
function resolveWith(resolve: (value: unknown) => void, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    resolve(value);
    return;
  }
  setOwn(value, "then", undefined);
  resolve(value);
  delete (value as { then?: undefined }).then;
}

function operationError(guest: Guest, cause: unknown): unknown {
  const DOMException = guest.perContext["DOMException"] as new (message: string, options: object) => Error;
  return new DOMException("The operation failed for an operation-specific reason", {
    __proto__: null,
    name: "OperationError",
    cause,
  } as object);
}
