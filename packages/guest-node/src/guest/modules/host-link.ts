import { type HostErrorData, INERT_VERSION, moduleAnswers, type SystemCallResult } from "@vivarium/core";
import type { GuestCore } from "../guest.ts";
import { decodeFromHost, encodeForHost } from "../host-values.ts";
import { ArrayPrototypePush, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { callFailure } from "./call-failure.ts";
import type { HandedFunctions } from "./handed-functions.ts";
import { createHostError } from "./host-error.ts";

/** What a call of a host function has come to. */
export type HostAnswer =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "promise"; readonly promise: Promise<unknown> };

/** A host function, as its guest calls it. */
export interface HostFunctionPlace {
  readonly module: number;
  readonly number: number;
  readonly name: string;
  /** For messages: `query() of host:db`. */
  readonly label: string;
  readonly takesFunctions: boolean;
}

/** Arguments, as they go to the host. */
export interface SentArguments {
  readonly bytes: Uint8Array;
  /** The functions among them. */
  readonly handed: readonly number[];
}

/** Makes the guest's end of an iteration of the host, by its number there. */
export type IterationMaker = (link: HostLink, label: string, number: number) => object;

/** Bytes of arguments: what is under way carries no more. */
const ARGUMENTS_MAX_BYTES = 64 * 1024 * 1024;

/** Turns values of the guest into bytes for its host, and what that answers into values. */
export class HostLink {
  readonly #guest: GuestCore;
  readonly #handed: HandedFunctions;
  readonly #iterate: IterationMaker;

  constructor(guest: GuestCore, handed: HandedFunctions, iterate: IterationMaker) {
    this.#guest = guest;
    this.#handed = handed;
    this.#iterate = iterate;
  }

  get guest(): GuestCore {
    return this.#guest;
  }

  /** @throws {TypeError} `ERR_UNEXPORTABLE_VALUE` for what is no data, and no function where one is meant */
  send(place: HostFunctionPlace, args: readonly unknown[]): SentArguments {
    const handed: number[] = [];
    const live = (value: object): number | undefined => {
      if (typeof value !== "function") return undefined;
      const id = this.#handed.add(value);
      ArrayPrototypePush(handed, id);
      return id;
    };
    const result = encodeForHost(this.#guest, args, {
      limitBytes: ARGUMENTS_MAX_BYTES,
      name: "arguments",
      live: place.takesFunctions ? live : undefined,
    });
    if (result.kind === "encoded") return { bytes: result.bytes, handed };
    this.takeBack(handed);
    const message = `Cannot call ${place.label} with these arguments: ${result.message}`;
    throw createHostError({ name: "TypeError", code: "ERR_UNEXPORTABLE_VALUE", message });
  }

  /** The host has not got them. */
  takeBack(handed: readonly number[]): void {
    for (let index = 0; index < handed.length; index++) this.#handed.release(handed[index] as number, 1);
  }

  /**
   * Reads the answer of the call just made, or being delivered.
   * @throws what the host function has failed with, or the errno of the call
   */
  receive(name: string, result: SystemCallResult, reason: string | undefined): HostAnswer {
    if (typeof result !== "number" || result < 0) throw callFailure(name, result, reason);
    const payload = this.#payload(name, result);
    if (payload[0] === INERT_VERSION) return { kind: "value", value: this.#decode(payload) };
    const rest = this.#decode(TypedArrayPrototypeSubarray(payload, 1));
    switch (payload[0]) {
      case moduleAnswers.error:
        throw createHostError(rest as HostErrorData);
      case moduleAnswers.promise:
        return { kind: "promise", promise: this.#awaited(name, rest as number) };
      case moduleAnswers.iterable:
        return { kind: "value", value: this.#iterate(this, name, rest as number) };
      default:
        return { kind: "done", value: rest };
    }
  }

  /** The guest may have no memory for what its limit would let it have. */
  #payload(name: string, length: number): Uint8Array {
    try {
      return this.#guest.calls.payload(length);
    } catch {
      throw callFailure(name, -12, "there is no memory for its result");
    }
  }

  #decode(bytes: Uint8Array): unknown {
    return decodeFromHost(this.#guest, bytes, (id) => this.#handed.get(id));
  }

  #awaited(name: string, number: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#guest.calls.request(
        "module.await",
        [number],
        (result, reason) => settle(() => this.receive(name, result, reason), resolve, reject),
        { resource: RESOURCE },
      );
    });
  }
}

/** What `process.getActiveResourcesInfo` calls a call of the host that is under way. */
export const RESOURCE = "HostCall";

/** Settles a promise with what a call has come to. */
export function settle(
  receive: () => HostAnswer,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  let answer: HostAnswer;
  try {
    answer = receive();
  } catch (error) {
    reject(error);
    return;
  }
  resolve(answer.kind === "promise" ? answer.promise : answer.value);
}
