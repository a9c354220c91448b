import { types } from "node:util";
import { decodeInert, encodeInert } from "@vivarium/core";
import { type CryptoEngine, openCryptoEngine } from "../../src/index.ts";

/** An object of the kernel's, as a guest knows it. */
export class Kept {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** What an operation has come to. */
export type Answer = readonly [ok: true, result: unknown] | readonly [ok: false, failure: Failure];

interface Failure {
  readonly kind: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A guest's end of the cryptography of this process, without the guest. */
export class CryptoGuest {
  readonly engine: CryptoEngine;

  constructor() {
    const engine = openCryptoEngine("this-thread");
    if (engine === undefined) throw new Error("these tests need Node's --expose-internals");
    this.engine = engine;
  }

  ask(object: Kept | undefined, name: string, ...operands: readonly unknown[]): Answer {
    return decode(this.engine.call(object?.number ?? 0, name, encodeOperands(operands)));
  }

  make(name: string, ...operands: readonly unknown[]): Kept {
    const [ok, result] = this.ask(undefined, `new ${name}`, ...operands);
    if (!ok || !(result instanceof Kept)) throw new Error(JSON.stringify(result));
    return result;
  }
}

export function decode(bytes: Uint8Array): Answer {
  return decodeInert(bytes, { live: (number) => new Kept(number) }) as Answer;
}

export function encodeOperands(operands: readonly unknown[]): Uint8Array {
  const live = (value: object): number | undefined => (value instanceof Kept ? value.number : undefined);
  const result = encodeInert(operands, { predicates: types, limitBytes: 100_000_000, live });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}
