import type { SystemDriver } from "../contracts/system-driver.ts";
import { errnoCodeOfError } from "../errors/errno.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { isPromiseLike, type MaybePromise } from "../promises/maybe-promise.ts";

/**
 * Asserts that the directory in which an embedder wants to run a program exists, as Node does for a child process. The
 * embedder asks here, not the guest: no permission is needed. `/` always exists, and is not asked for.
 *
 * Answers by promise where the filesystem does.
 *
 * @throws VivariumError `ERR_INVALID_OPTION` for what is no directory, `ERR_DRIVER_THREW` or `ERR_DRIVER_ANSWER` for a
 *   filesystem that cannot tell
 */
export function assertDirectory(cwd: string, filesystem: SystemDriver["filesystem"]): MaybePromise<void> {
  const path = withoutDots(cwd);
  if (path === "/") return;
  if (filesystem === undefined) throw refusal(cwd, '"/", as there is no filesystem');
  const driver = typeof filesystem.name === "string" ? filesystem.name : "filesystem";
  const check = (stat: unknown): void => assertStat(stat, driver, cwd);
  const fail = (cause: unknown): never => {
    throw errnoCodeOfError(cause) === undefined
      ? new VivariumError("ERR_DRIVER_THREW", { driver, method: "stat" }, { cause })
      : refusal(cwd, A_DIRECTORY, cause);
  };
  let answer: unknown;
  try {
    answer = filesystem.stat(path);
  } catch (cause) {
    fail(cause);
  }
  return isPromiseLike(answer) ? Promise.resolve(answer).catch(fail).then(check) : check(answer);
}

const A_DIRECTORY = "a directory that exists";

function refusal(cwd: string, wanted: string, cause?: unknown): VivariumError {
  return new VivariumError("ERR_INVALID_OPTION", { option: "cwd", wanted, actual: cwd }, { cause });
}

function assertStat(stat: unknown, driver: string, cwd: string): void {
  const type: unknown = typeof stat === "object" && stat !== null ? Reflect.get(stat, "type") : undefined;
  if (typeof type !== "string") {
    const wanted = "a FileStat with a type";
    throw new VivariumError("ERR_DRIVER_ANSWER", { driver, method: "stat", wanted, actual: type });
  }
  if (type !== "directory") throw refusal(cwd, A_DIRECTORY);
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
