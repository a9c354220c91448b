import type { SystemCallName, SystemCallResult } from "@vivarium/core";
import type { AsyncWrap, Callback } from "../../async-wraps.ts";
import type { Guest } from "../../guest.ts";
import type { FailedCall } from "../../guest-errors.ts";
import { withoutPrototype } from "../../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import type { ArgumentsOfCall } from "../../system-calls.ts";

/** How one operation is named in its error. */
export type Operation = Omit<FailedCall, "reason">;

/** A call into the kernel, and what its answer means to Node. */
export interface FileCall<Name extends SystemCallName> {
  readonly name: Name;
  readonly args: ArgumentsOfCall<Name>;
  readonly input?: Uint8Array;
  readonly operation: Operation;
  /** Makes Node's value of a successful result; a payload is still there to be taken. @default `undefined` */
  readonly value?: (result: SystemCallResult) => unknown;
  /** Answers failures that are no failure to the caller. @default none */
  readonly tolerates?: (errno: number) => boolean;
}

/** What Node passes as the last argument: nothing for a synchronous call, a request, or `kUsePromises`. */
export type Request = object | symbol | undefined;

/** Carries out file operations in each of the three forms that Node's library asks for. */
export interface FileRequests {
  readonly FSReqCallback: new (bigint?: boolean) => object;
  readonly kUsePromises: symbol;
  /** Takes the call over. Throws, or answers the value, or answers a promise, or nothing when the request's `oncomplete` will be told. */
  perform<Name extends SystemCallName>(request: Request, call: FileCall<Name>): unknown;
  /** Tells a request later what is known now. */
  settle(request: Request, error: unknown, value: unknown): unknown;
  /** The error of a failed call. */
  failure(errno: number, operation: Operation, reason: string | undefined): Error;
  /** Throws when the result of a synchronous call is a failure. */
  check(result: SystemCallResult, operation: Operation): SystemCallResult;
}

type Settler = (error: unknown, value: unknown) => void;

export function createFileRequests(guest: Guest): FileRequests {
  const { calls, errors, wraps } = guest;
  const kUsePromises = Symbol("fs_use_promises_symbol");
  const wrapOfRequest = new WeakMap<object, AsyncWrap>();

  class FSReqCallback {
    constructor() {
      WeakMapPrototypeSet(wrapOfRequest, this, wraps.adopt(this, "FSREQCALLBACK"));
    }
  }
  wraps.dress(FSReqCallback.prototype);

  const requests: FileRequests = {
    FSReqCallback,
    kUsePromises,
    failure: (errno, operation, reason) => errors.uvException(errno, { ...operation, reason }),
    check(result, operation) {
      if (typeof result === "number" && result < 0) throw requests.failure(result, operation, calls.reason());
      return result;
    },
    perform(request, given) {
      const call = withoutPrototype(given);
      if (request === undefined) return performSync(guest, requests, call);
      const { settle, promise } = settlerOf(guest, requests, wrapOfRequest, request);
      const deliver = (result: SystemCallResult, reason: string | undefined): void => {
        complete(requests, call, result, reason, settle);
      };
      calls.request(call.name, call.args, deliver, { input: call.input });
      return promise;
    },
    settle(request, error, value) {
      if (request === undefined) {
        if (error !== undefined && error !== null) throw error;
        return value;
      }
      const { settle, promise } = settlerOf(guest, requests, wrapOfRequest, request);
      guest.loop.post(() => {
        settle(error, value);
      });
      return promise;
    },
  };
  return requests;
}

function performSync<Name extends SystemCallName>(
  guest: Guest,
  requests: FileRequests,
  { name, args, input, operation, value, tolerates }: FileCall<Name>,
): unknown {
  const { calls } = guest;
  const result = calls.syncWithArguments(name, input, args);
  if (typeof result === "number" && result < 0) {
    if (tolerates?.(result) === true) return undefined;
    throw requests.failure(result, operation, calls.reason());
  }
  return value?.(result);
}

function complete<Name extends SystemCallName>(
  requests: FileRequests,
  { operation, value, tolerates }: FileCall<Name>,
  result: SystemCallResult,
  reason: string | undefined,
  settle: Settler,
): void {
  if (typeof result === "number" && result < 0) {
    if (tolerates?.(result) === true) settle(null, undefined);
    else settle(requests.failure(result, operation, reason), undefined);
    return;
  }
  let made: unknown;
  try {
    made = value?.(result);
  } catch (error) {
    settle(error, undefined);
    return;
  }
  settle(null, made);
}

interface Settlement {
  readonly settle: Settler;
  readonly promise: Promise<unknown> | undefined;
}

function settlerOf(
  guest: Guest,
  requests: FileRequests,
  wrapOfRequest: WeakMap<object, AsyncWrap>,
  request: object | symbol,
): Settlement {
  if (typeof request === "symbol") return promiseSettlement(guest);
  const wrap = WeakMapPrototypeGet(wrapOfRequest, request);
  if (wrap === undefined) throw requests.failure(-22, { syscall: "request" }, undefined);
  return {
    promise: undefined,
    settle(error, value) {
      const { oncomplete } = request as { readonly oncomplete?: Callback };
      if (typeof oncomplete === "function") {
        if (error !== null && error !== undefined) guest.loop.makeCallback(wrap, oncomplete, request, error);
        else if (value === undefined) guest.loop.makeCallback(wrap, oncomplete, request, null);
        else guest.loop.makeCallback(wrap, oncomplete, request, null, value);
      }
      guest.wraps.release(wrap);
    },
  };
}

function promiseSettlement(guest: Guest): Settlement {
  let settleWith: Settler | undefined;
  const promise = new Promise((resolve, reject) => {
    settleWith = (error, value) => {
      if (error !== null && error !== undefined) reject(error);
      else resolve(value);
    };
  });
  const wrap = guest.wraps.adopt({ __proto__: null, promise } as object, "FSREQPROMISE");
  return {
    promise,
    settle(error, value) {
      guest.loop.makeCallback(wrap, settleWith as Callback, undefined, error, value);
      guest.wraps.release(wrap);
    },
  };
}
