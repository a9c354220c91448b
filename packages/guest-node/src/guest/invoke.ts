import type { InvocationTarget } from "@vivarium/core";
import { findExport } from "./find-export.ts";
import type { GuestCore } from "./guest.ts";
import { decodeFromHost } from "./host-values.ts";
import { type Invoked, tellDone, tellIteration, tellMissing, tellReturned, tellThrown } from "./invocation-answers.ts";
import type { HostModules } from "./modules/host-modules.ts";
import type { ReturnedIteration } from "./modules/returned-iterables.ts";
import { PromisePrototypeThen } from "./past-prototypes.ts";
import { promiseFor, ReflectApply } from "./primordial.ts";

/** A guest, and what of it the host may call. */
export interface CalledGuest {
  readonly guest: GuestCore;
  readonly modules: HostModules;
  /** What the program exports by now. */
  readonly exported: () => unknown;
}

/** A call of the host. */
export interface Invocation extends Invoked {
  readonly kind: InvocationTarget["kind"] | undefined;
  /** The name of an export, or the number of something else. */
  readonly target: string | number;
}

/** Calls something of the program, and tells the kernel what came of it once that has settled. */
export function invoke(called: CalledGuest, invocation: Invocation, args: Uint8Array): void {
  const { guest, modules } = called;
  const { kind } = invocation;
  const id = invocation.target as number;
  if (kind === "release") {
    modules.handed.release(id, decodeArguments(guest, args)[0] as number);
    tellReturned(guest, invocation, undefined);
  } else if (kind === "next" || kind === "return") {
    iterate(called, invocation, modules.returned.get(id));
  } else {
    perform(called, invocation, args);
  }
}

/** A function: its result is awaited. */
function perform(called: CalledGuest, invocation: Invocation, args: Uint8Array): void {
  const { guest } = called;
  let result: unknown;
  let isMissing = false;
  const thrown = guest.native.errors.callCatching(() => {
    const found = findCallee(called, invocation);
    if (found === undefined) isMissing = true;
    else result = ReflectApply(found.callee, found.receiver, decodeArguments(guest, args));
  });
  if (thrown !== undefined) tellThrown(guest, invocation, thrown[0]);
  else if (isMissing) tellMissing(guest, invocation);
  else follow(guest, invocation, result, (value) => hand(called, invocation, value));
}

function findCallee(
  { guest, modules, exported }: CalledGuest,
  { kind, target }: Invocation,
): { readonly callee: Function; readonly receiver: unknown } | undefined {
  if (kind === "export") return findExport(guest, exported(), target as string);
  const callee = modules.handed.get(target as number);
  return callee && { callee, receiver: undefined };
}

function decodeArguments(guest: GuestCore, args: Uint8Array): unknown[] {
  return decodeFromHost(guest, args) as unknown[];
}

/** Has a value told once it is there, or what was thrown instead. */
function follow(
  guest: GuestCore,
  invocation: Invocation,
  result: unknown,
  tell: (value: unknown) => void,
  fail: (error: unknown) => void = (error) => tellThrown(guest, invocation, error),
): void {
  if (isObject(result)) PromisePrototypeThen(promiseFor(result), tell, fail);
  else tell(result);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Tells a value: an async iterable by a number, everything else as data. */
function hand({ guest, modules: { returned } }: CalledGuest, invocation: Invocation, value: unknown): void {
  let isIterable = false;
  let number: number | undefined;
  const thrown = guest.native.errors.callCatching(() => {
    const method = returned.methodOf(value);
    if (method === undefined) return;
    isIterable = true;
    number = returned.open(value, method);
  });
  if (thrown !== undefined) tellThrown(guest, invocation, thrown[0]);
  else if (isIterable) tellIteration(guest, invocation, number);
  else tellReturned(guest, invocation, value);
}

/** The next value of an iteration, or its end. */
function iterate(called: CalledGuest, invocation: Invocation, iteration: ReturnedIteration | undefined): void {
  const { guest, modules } = called;
  const id = invocation.target as number;
  if (iteration === undefined) {
    tellDone(guest, invocation, undefined);
    return;
  }
  const name = invocation.kind === "return" ? "return" : "next";
  if (name === "return") modules.returned.close(id);
  const fail = (error: unknown): void => {
    modules.returned.close(id);
    tellThrown(guest, invocation, error);
  };
  let result: unknown;
  let isMissing = false;
  const thrown = guest.native.errors.callCatching(() => {
    const method = name === "return" ? iteration.iterator[name] : iteration.next;
    isMissing = name === "return" && (method === undefined || method === null);
    if (isMissing) return;
    if (typeof method !== "function") throw new TypeError(`${name} of the async iterator is not a function`);
    result = ReflectApply(method, iteration.iterator, []);
  });
  if (thrown !== undefined) fail(thrown[0]);
  else if (isMissing) tellDone(guest, invocation, undefined);
  else follow(guest, invocation, result, (step) => tellStep(called, invocation, step, fail), fail);
}

/** What an iterator's method has come to is the program's object: its getters may throw. */
function tellStep(
  { guest, modules }: CalledGuest,
  invocation: Invocation,
  step: unknown,
  fail: (error: unknown) => void,
): void {
  let isDone = true;
  let value: unknown;
  const thrown = guest.native.errors.callCatching(() => {
    if (!isObject(step)) throw new TypeError("What the async iterator has answered is not an object");
    const result = step as IteratorResult<unknown>;
    isDone = Boolean(result.done);
    value = result.value;
  });
  if (thrown !== undefined) {
    fail(thrown[0]);
    return;
  }
  if (isDone) modules.returned.close(invocation.target as number);
  if (isDone) tellDone(guest, invocation, value);
  else tellReturned(guest, invocation, value);
}
