import { isPromiseLike } from "../contracts/maybe-promise.ts";
import type { SystemDriver } from "../contracts/system-driver.ts";
import { errnoCodeOfError } from "../errors/errno.ts";
import { VivariumError } from "../errors/vivarium-error.ts";

const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Asserts that the directory in which an embedder wants to run a program exists, as Node does for a child process. The
 * embedder asks here, not the guest: no permission is needed. `/` always exists, and is not asked for.
 *
 * @returns whether the filesystem answered before `signal` fired and within the wall-clock limit of the run
 * @throws VivariumError `ERR_INVALID_OPTION` for what is no directory, `ERR_DRIVER_THREW` or `ERR_DRIVER_ANSWER` for a
 *   filesystem that cannot tell
 */
export async function assertDirectory(
  cwd: string,
  filesystem: SystemDriver["filesystem"],
  { signal, wallTimeLimitMs }: { readonly signal: AbortSignal; readonly wallTimeLimitMs: number },
): Promise<boolean> {
  const path = withoutDots(cwd);
  if (path === "/") return true;
  const fail = (cause?: unknown): never => {
    const wanted = filesystem === undefined ? '"/", as there is no filesystem' : "a directory that exists";
    throw new VivariumError("ERR_INVALID_OPTION", { option: "cwd", wanted, actual: cwd }, { cause });
  };
  if (filesystem === undefined) return fail();
  const driver = typeof filesystem.name === "string" ? filesystem.name : "filesystem";
  let type: unknown;
  let end = signal;
  try {
    const answer: unknown = filesystem.stat(path);
    if (isPromiseLike(answer)) end = AbortSignal.any([signal, AbortSignal.timeout(toDelay(wallTimeLimitMs))]);
    const stat: unknown = isPromiseLike(answer) ? await unlessAborted(answer, end) : answer;
    type = typeof stat === "object" && stat !== null ? Reflect.get(stat, "type") : undefined;
  } catch (cause) {
    if (end.aborted) return false;
    if (errnoCodeOfError(cause) !== undefined) return fail(cause);
    throw new VivariumError("ERR_DRIVER_THREW", { driver, method: "stat" }, { cause });
  }
  if (typeof type !== "string") {
    const wanted = "a FileStat with a type";
    throw new VivariumError("ERR_DRIVER_ANSWER", { driver, method: "stat", wanted, actual: type });
  }
  if (type !== "directory") fail();
  return true;
}

/** What a timer can wait, which is three weeks at most. */
function toDelay(milliseconds: number): number {
  return Math.min(Math.ceil(milliseconds), LONGEST_DELAY_MS);
}

/** Drivers are asked about paths without `.`, `..` and double slashes. */
function withoutDots(path: string): string {
  const components: string[] = [];
  for (const component of path.split("/")) {
    if (component === "..") components.pop();
    else if (component !== "" && component !== ".") components.push(component);
  }
  return `/${components.join("/")}`;
}

/** A filesystem that never answers does not keep a run that nobody wants any more. */
async function unlessAborted(answer: PromiseLike<unknown>, signal: AbortSignal): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
