import type { MessagePort } from "node:worker_threads";
import type { ErrnoCode } from "@vivarium/core";

/** What a guest's cryptography is asked for: the parts of `CryptoEngine`. */
export type CryptoRequest =
  | {
      readonly kind: "call";
      readonly guest: number;
      readonly object: number;
      readonly name: string;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "update"; readonly guest: number; readonly object: number; readonly bytes: Uint8Array }
  | { readonly kind: "close"; readonly guest: number; readonly object: number }
  | { readonly kind: "dispose"; readonly guest: number };

/** A job that has been made is to be done; its answer names it. */
export interface CryptoJobRequest {
  readonly job: number;
  readonly guest: number;
  readonly object: number;
}

/** What has come of it, or the errno with which it was refused. */
export type CryptoAnswer = { readonly value: Uint8Array | boolean } | { readonly refused: ErrnoCode };

export interface CryptoJobAnswer {
  readonly job: number;
  readonly answer: CryptoAnswer;
}

/** What the thread that does it is given. */
export interface CryptoThreadData {
  /** One request at a time, for whose answer the host's thread waits. */
  readonly calls: MessagePort;
  readonly jobs: MessagePort;
  /** One word: 1 when an answer is there. */
  readonly words: Int32Array<SharedArrayBuffer>;
}
