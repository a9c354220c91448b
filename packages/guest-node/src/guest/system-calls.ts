import {
  ANSWER_PARTS,
  type ArgumentsOf,
  type SystemCallAfterword,
  type SystemCallName,
  type SystemCallResult,
  type systemCallTable,
} from "@vivarium/core";
import {
  ArrayPrototypePush,
  TypedArrayPrototypeSlice,
  TypedArrayPrototypeSubarray,
  withoutPrototype,
} from "./past-prototypes.ts";
import {
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
} from "./primordial.ts";

export type ArgumentsOfCall<Name extends SystemCallName> = ArgumentsOf<(typeof systemCallTable)[Name]["parameters"]>;

/**
 * Receives the answer of an asynchronous call: a negative errno, or the result. The payload must be taken with
 * {@link GuestCalls.payload} before anything else is called. It runs outside of any callback scope: whoever wants
 * Node's ticks, context and error handling around it enters one (`guest.loop.makeCallback`).
 */
export type Deliver = (result: SystemCallResult, reason: string | undefined) => void;

export interface RequestOptions {
  /** Bytes that go with the call. */
  readonly input?: Uint8Array | undefined;
  /** Whether the pending request keeps the event loop alive. @default true */
  readonly ref?: boolean;
  /** What `process.getActiveResourcesInfo` calls it. @default "FSReqCallback" */
  readonly resource?: string;
}

/** A pending asynchronous call. */
export interface PendingCall {
  readonly id: number;
  ref: boolean;
  readonly resource: string;
  readonly deliver: Deliver;
}

/** The guest's end of the system calls: typed by the table, free of the program's prototypes. */
export interface GuestCalls {
  /** Calls and waits. Answers the result, or a negative errno; {@link reason} then tells why, when it is known. */
  sync<Name extends SystemCallName>(name: Name, ...args: ArgumentsOfCall<Name>): SystemCallResult;
  /** As {@link sync}, with bytes. */
  syncWithInput<Name extends SystemCallName>(
    name: Name,
    input: Uint8Array,
    ...args: ArgumentsOfCall<Name>
  ): SystemCallResult;
  /** As both of them, with the arguments in an array of their own. */
  syncWithArguments<Name extends SystemCallName>(
    name: Name,
    input: Uint8Array | undefined,
    args: ArgumentsOfCall<Name>,
  ): SystemCallResult;
  /** Calls without waiting; `deliver` is entered from the event loop, exactly once. The options become its own. */
  request<Name extends SystemCallName>(
    name: Name,
    args: ArgumentsOfCall<Name>,
    deliver: Deliver,
    options?: RequestOptions,
  ): PendingCall;
  /** As {@link request}, for what is called often: every option is said. */
  send<Name extends SystemCallName>(
    name: Name,
    args: ArgumentsOfCall<Name>,
    deliver: Deliver,
    options: Readonly<Required<RequestOptions>>,
  ): PendingCall;
  /** A copy of the payload of the call just made, or of the answer being delivered. */
  payload(length: number): Uint8Array<ArrayBuffer>;
  /** Copies that payload into `target` at `offset`. */
  payloadInto(target: Uint8Array, offset: number, length: number): void;
  /** The window as float64: where the fixed values of a record lie. */
  readonly record: Float64Array;
  /** Why the synchronous call just made failed. */
  reason(): string | undefined;
}

/** What only the bundle's entry and the event loop may see of the calls. */
export interface CallRegistry {
  readonly calls: GuestCalls;
  /** Entered by the kernel with the answer of a request. */
  deliver(request: number, result: SystemCallResult, reason: string | undefined): Deliver | undefined;
  /** Copies the payloads of these answers, which lie in the window one after the other. */
  copyPayloads(answers: readonly SystemCallResult[]): Uint8Array;
  /** Puts a part of such a copy where a payload is taken from. */
  place(payloads: Uint8Array, start: number, end: number): void;
  /** One name per pending request. */
  pendingNames(): string[];
  /** Whether a pending request keeps the loop alive. */
  hasReferencedRequests(): boolean;
}

type RawCall = (request: number, input: number | Uint8Array, ...args: readonly unknown[]) => SystemCallResult;

/** The kernel's callbacks as they arrive, before they are typed. */
export type RawCalls = { readonly [Name in SystemCallName]: RawCall };

// Spreading would ask Array.prototype for an iterator, which a program may have replaced.
function invoke(
  call: RawCall,
  request: number,
  input: number | Uint8Array,
  args: readonly unknown[],
): SystemCallResult {
  switch (args.length) {
    case 0:
      return call(request, input);
    case 1:
      return call(request, input, args[0]);
    case 2:
      return call(request, input, args[0], args[1]);
    case 3:
      return call(request, input, args[0], args[1], args[2]);
    case 4:
      return call(request, input, args[0], args[1], args[2], args[3]);
    case 5:
      return call(request, input, args[0], args[1], args[2], args[3], args[4]);
    default:
      throw new TypeError("a system call takes up to five arguments");
  }
}

function isWholeBuffer(view: Uint8Array): boolean {
  const all = new Uint8Array(TypedArrayPrototypeGetBuffer(view));
  return TypedArrayPrototypeGetLength(all) === TypedArrayPrototypeGetLength(view);
}

/** Joins the kernel's callbacks and the shared window to the interface that bindings use. */
export function createCallRegistry(raw: RawCalls, afterword: SystemCallAfterword, window: Uint8Array): CallRegistry {
  const windowBytes = TypedArrayPrototypeGetByteLength(window);
  const record = new Float64Array(
    TypedArrayPrototypeGetBuffer(window),
    TypedArrayPrototypeGetByteOffset(window),
    windowBytes >>> 3,
  );
  const pending = new Map<number, PendingCall>();
  let lastRequest = 0;

  function put(input: Uint8Array): number | Uint8Array {
    const length = TypedArrayPrototypeGetLength(input);
    // What crosses is the whole buffer that a view is of.
    if (length > windowBytes) return isWholeBuffer(input) ? input : TypedArrayPrototypeSlice(input, 0, length);
    TypedArrayPrototypeSet(window, input);
    return length;
  }

  function take(length: number): Uint8Array {
    if (length <= windowBytes) return TypedArrayPrototypeSubarray(window, 0, length);
    return afterword.fetchPayload() ?? new Uint8Array(0);
  }

  const calls: GuestCalls = {
    record,
    sync(name, ...args) {
      return invoke(raw[name], 0, 0, args);
    },
    syncWithInput(name, input, ...args) {
      return invoke(raw[name], 0, put(input), args);
    },
    syncWithArguments(name, input, args) {
      return invoke(raw[name], 0, input === undefined ? 0 : put(input), args);
    },
    request(name, args, deliver, given) {
      const options = given === undefined ? undefined : withoutPrototype(given);
      return calls.send(name, args, deliver, {
        input: options?.input,
        ref: options?.ref ?? true,
        resource: options?.resource ?? "FSReqCallback",
      });
    },
    send(name, args, deliver, { input, ref, resource }) {
      lastRequest = lastRequest >= 0x3fffffff ? 1 : lastRequest + 1;
      const call: PendingCall = { id: lastRequest, ref, resource, deliver };
      MapPrototypeSet(pending, call.id, call);
      invoke(raw[name], call.id, input === undefined ? 0 : put(input), args);
      return call;
    },
    payload(length) {
      return TypedArrayPrototypeSlice(length <= windowBytes ? window : take(length), 0, length);
    },
    payloadInto(target, offset, length) {
      TypedArrayPrototypeSet(target, TypedArrayPrototypeSubarray(take(length), 0, length), offset);
    },
    reason() {
      return afterword.failureReason();
    },
  };

  return {
    calls,
    deliver(request) {
      const call = MapPrototypeGet(pending, request);
      MapPrototypeDelete(pending, request);
      return call?.deliver;
    },
    copyPayloads: (answers) => TypedArrayPrototypeSlice(window, 0, payloadBytes(answers)),
    place: (payloads, start, end) => TypedArrayPrototypeSet(window, TypedArrayPrototypeSubarray(payloads, start, end)),
    pendingNames() {
      const names: string[] = [];
      MapPrototypeForEach(pending, (call) => {
        if (call.ref) ArrayPrototypePush(names, call.resource);
      });
      return names;
    },
    hasReferencedRequests() {
      return hasReferenced(pending);
    },
  };
}

function payloadBytes(answers: readonly SystemCallResult[]): number {
  let bytes = 0;
  for (let part = ANSWER_PARTS - 1; part < answers.length; part += ANSWER_PARTS) bytes += answers[part] as number;
  return bytes;
}

function hasReferenced(pending: Map<number, PendingCall>): boolean {
  let found = false;
  MapPrototypeForEach(pending, (call) => {
    if (call.ref) found = true;
  });
  return found;
}
