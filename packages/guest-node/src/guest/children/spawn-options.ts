import type { ChildStdio, ChildWish } from "@vivarium/core";
import { ArrayPrototypePush, withoutPrototype } from "../past-prototypes.ts";
import { ArrayIsArray, JSONStringify, ObjectSetPrototypeOf } from "../primordial.ts";
import { DescriptorEnd } from "../streams/descriptor-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { StreamEnd } from "../streams/stream-end.ts";

/** What Node's library says of one of a child's streams. */
export interface StdioOption {
  readonly type: "ignore" | "pipe" | "overlapped" | "wrap" | "inherit" | "fd";
  /** Of a pipe, and of what is given to the child as it is. */
  readonly handle?: object;
  readonly fd?: number;
  readonly ipc?: boolean;
  /** Of a synchronous child. */
  readonly input?: ArrayBufferView;
}

/** What Node's library says of a child: to `spawn_sync` as it is, to `process_wrap` one by one. */
export interface SpawnOptions {
  readonly file: string;
  readonly args?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly envPairs?: readonly string[] | undefined;
  readonly stdio?: readonly StdioOption[];
  readonly uid?: number | null | undefined;
  readonly gid?: number | null | undefined;
  readonly timeout?: number;
  readonly maxBuffer?: number;
  readonly killSignal?: number;
}

const LAST_STANDARD_DESCRIPTOR = 2;

/** What the host is asked for, as JSON; no prototype of the program's has a say in it. */
export function wishOf(options: SpawnOptions, targets: readonly StdioTarget[]): string {
  const { file, args, cwd, envPairs, uid, gid, timeout, maxBuffer, killSignal } = options;
  const wish: ChildWish = {
    file: `${file}`,
    args: args === undefined ? texts([file]) : texts(args),
    env: texts(envPairs ?? []),
    stdio: stdioWishes(targets),
    ...withoutPrototype({
      cwd: cwd === undefined || cwd === null ? undefined : `${cwd}`,
      uid: uid ?? undefined,
      gid: gid ?? undefined,
      timeoutMs: timeout !== undefined && timeout > 0 ? timeout : undefined,
      maxBuffer: maxBuffer !== undefined && maxBuffer < Infinity ? maxBuffer : undefined,
      killSignal: typeof killSignal === "number" ? killSignal : undefined,
    }),
  } as ChildWish;
  return JSONStringify(withoutPrototype(wish)) ?? "";
}

/** Where a stream of a child leads to, and what is behind it where the guest has to carry the bytes itself. */
export interface StdioTarget {
  readonly wish: ChildStdio;
  readonly end: StreamEnd | undefined;
  /** The library's handle of that end, if it has one. */
  readonly handle?: object;
}

/** What each of a child's streams is. */
export function stdioTargets(core: StreamCore, options: SpawnOptions): readonly StdioTarget[] {
  const stdio = stdioOf(options);
  const endOf = (fd: number): StreamEnd => new DescriptorEnd(core.guest, fd, "PIPEWRAP");
  const targets: StdioTarget[] = [];
  for (let index = 0; index < stdio.length; index++) {
    const option = stdio[index];
    if (option !== undefined) ArrayPrototypePush(targets, stdioTarget(core, option, endOf));
  }
  return targets;
}

/** What a stream is for the host, and what of the guest's own is at its end where the host has nothing to do with that. */
function stdioTarget(
  core: StreamCore,
  { type, ipc, fd, handle }: StdioOption,
  endOf: (fd: number) => StreamEnd,
): StdioTarget {
  if (type === "ignore") return { wish: "ignore", end: undefined };
  if (type === "pipe" || type === "overlapped") return { wish: ipc === true ? "ipc" : "pipe", end: undefined };
  const end = type === "wrap" && handle !== undefined ? core.find(handle)?.end : undefined;
  const number = end === undefined ? fd : end.fd;
  if (number !== undefined && number >= 0 && number <= LAST_STANDARD_DESCRIPTOR) {
    return { wish: number as 0 | 1 | 2, end: undefined };
  }
  if (end !== undefined && handle !== undefined) return { wish: "pipe", end, handle };
  return fd === undefined ? { wish: "ignore", end: undefined } : { wish: "pipe", end: endOf(fd) };
}

export function stdioOf({ stdio }: SpawnOptions): readonly StdioOption[] {
  return ArrayIsArray(stdio) ? (stdio as readonly StdioOption[]) : [];
}

function stdioWishes(targets: readonly StdioTarget[]): readonly ChildStdio[] {
  const wishes: ChildStdio[] = [];
  for (let index = 0; index < targets.length; index++) ArrayPrototypePush(wishes, targets[index]?.wish ?? "ignore");
  return list(wishes);
}

function texts(given: readonly unknown[]): readonly string[] {
  const copy: string[] = [];
  for (let index = 0; index < given.length; index++) ArrayPrototypePush(copy, `${given[index] as string}`);
  return list(copy);
}

/** A list that JSON writes as what it is. */
function list<T>(items: readonly T[]): readonly T[] {
  const copy: T[] = [];
  for (let index = 0; index < items.length; index++) ArrayPrototypePush(copy, items[index] as T);
  return ObjectSetPrototypeOf(copy, null) as T[];
}
