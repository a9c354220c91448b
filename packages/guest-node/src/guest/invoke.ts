import type { InvocationTarget } from "@vivarium/core";
import { findExport } from "./find-export.ts";
import type { GuestCore } from "./guest.ts";
import { decodeFromHost } from "./host-values.ts";
import { type Invoked, tellDone, tellIteration, tellMissing, tellReturned, tellThrown } from "./invocation-answers.ts";
import type { HostModules } from "./modules/host-modules.ts";
import type { ReturnedIteration } from "./modules/returned-iterables.ts";
import { PromisePrototypeThen, promiseFor, ReflectApply } from "./primordial.ts";

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

/** Has a value told once it is there. */
function follow(guest: GuestCore, invocation: Invocation, result: unknown, tell: (value: unknown) => void): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null) {
    tell(result);
    return;
  }
  PromisePrototypeThen(promiseFor(result), tell, (error) => tellThrown(guest, invocation, error));
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
  const isReturn = invocation.kind === "return";
  if (isReturn) modules.returned.close(id);
  let result: unknown;
  const thrown = guest.native.errors.callCatching(() => {
    const method = isReturn ? iteration.iterator["return"] : iteration.next;
    if (!isReturn || method !== undefined) result = ReflectApply(method as Function, iteration.iterator, []);
  });
  if (thrown === undefined) follow(guest, invocation, result, (step) => tellStep(called, invocation, step));
  else {
    modules.returned.close(id);
    tellThrown(guest, invocation, thrown[0]);
  }
}

/** What an iterator's method has come to is the program's object: its getters may throw. */
function tellStep({ guest, modules }: CalledGuest, invocation: Invocation, step: unknown): void {
  let isDone = true;
  let value: unknown;
  const thrown = guest.native.errors.callCatching(() => {
    if (step === undefined) return;
    const result = step as IteratorResult<unknown>;
    isDone = Boolean(result.done);
    value = result.value;
  });
  if (isDone) modules.returned.close(invocation.target as number);
  if (thrown !== undefined) tellThrown(guest, invocation, thrown[0]);
  else if (isDone) tellDone(guest, invocation, value);
  else tellReturned(guest, invocation, value);
}
