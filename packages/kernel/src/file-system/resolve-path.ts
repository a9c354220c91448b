import type { FileStat, FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CheckedDriver } from "./checked-driver.ts";
import { checkPlainStat, checkStat, checkTargetText } from "./driver-answers.ts";
import type { FsGate } from "./fs-gate.ts";
import { childOf, isNameTooLong, isPlainPath, parentOf, reversedComponents } from "./posix-path.ts";

/** Linux follows so many symbolic links in one path. */
const LINKS_MAX = 40;
/** Characters of a path while its links are being replaced. */
const EXPANDED_MAX = 65_536;
/** Components between two looks at how long the host has been kept: a path that anybody means has fewer. */
const STEPS_PER_BREATH = 64;

/** What a path turned out to name. */
export interface Target {
  /** Absolute, free of links and dots, except for a last link that was not to be followed. */
  readonly path: string;
  /** Absent when the last component does not exist. */
  readonly stat: FileStat | undefined;
  /** The path ended in a slash or a dot: only a directory will do. */
  readonly wantsDirectory: boolean;
}

/** What is found about a path. */
export interface ResolveRequest {
  readonly cwd: string;
  readonly path: string;
  /** Whether a symbolic link in the last component is followed. */
  readonly follow: boolean;
  /** What is going to be asked of the check: a denied area must not show by its errors what it holds. */
  readonly op: FsOperation;
  /** False: look again without asking the check. */
  readonly guarded: boolean;
}

/**
 * Resolves a path as POSIX does, component by component. Following a link asks the check for `readlink` on the link,
 * leaving a directory by `..` asks for `stat` on it. Where the way ends early, the check is asked for the place first:
 * `EACCES` wins over `ENOENT` and `ENOTDIR`.
 */
export function* resolvePath(
  driver: CheckedDriver,
  gate: FsGate,
  attempt: Attempt,
  request: ResolveRequest,
): Steps<Target> {
  const plain = yield* resolvePlain(driver, attempt, request);
  return plain ?? (yield* new Walk(driver, gate, attempt, request).run());
}

/** The short way: one question to the driver for a path without links. */
function* resolvePlain(driver: CheckedDriver, attempt: Attempt, request: ResolveRequest): Steps<Target | undefined> {
  const { filesystem } = driver;
  const { path, cwd } = request;
  if (filesystem.statPlain === undefined) return undefined;
  const absolute = path.charCodeAt(0) === 47 ? path : cwd === "/" ? `/${path}` : `${cwd}/${path}`;
  if (!isPlainPath(absolute)) return undefined;
  const stat = yield* attempt.settle(driver.ask("statPlain", () => filesystem.statPlain?.(absolute), checkPlainStat));
  return stat === undefined ? undefined : { path: absolute, stat, wantsDirectory: false };
}

/** One walk along a path. */
class Walk {
  readonly #driver: CheckedDriver;
  readonly #gate: FsGate;
  readonly #attempt: Attempt;
  readonly #request: ResolveRequest;
  /** Components that are still ahead, the next one last. */
  readonly #ahead: string[];
  #current = "/";
  #stat: FileStat | undefined;
  #links = 0;
  #steps = 0;

  constructor(driver: CheckedDriver, gate: FsGate, attempt: Attempt, request: ResolveRequest) {
    this.#driver = driver;
    this.#gate = gate;
    this.#attempt = attempt;
    this.#request = request;
    const { path, cwd } = request;
    this.#ahead = reversedComponents(path.startsWith("/") ? path : `${cwd}/${path}`);
  }

  *run(): Steps<Target> {
    let wantsDirectory = false;
    while (this.#ahead.length > 0) {
      this.#steps += 1;
      if (this.#steps % STEPS_PER_BREATH === 0) yield* this.#attempt.breathe();
      const name = this.#ahead.pop();
      if (name === undefined || name === "" || name === ".") {
        wantsDirectory = this.#ahead.length === 0;
        continue;
      }
      if (name === "..") {
        yield* this.#leave();
        wantsDirectory = this.#ahead.length === 0;
        continue;
      }
      const end = yield* this.#enter(name);
      if (end !== undefined) return end;
    }
    const stat = this.#stat ?? (yield* this.#look(this.#current));
    if (stat === undefined) return yield* this.#fail("ENOENT", this.#current);
    return { path: this.#current, stat, wantsDirectory };
  }

  /** Steps into one component. Answers the target when the way ends here. */
  *#enter(name: string): Steps<Target | undefined> {
    const path = childOf(this.#current, name);
    if (isNameTooLong(name)) return yield* this.#fail("ENAMETOOLONG", path);
    const isLast = this.#isLast();
    const stat = yield* this.#look(path);
    if (stat === undefined) {
      if (!isLast) return yield* this.#fail("ENOENT", path);
      return { path, stat, wantsDirectory: this.#ahead.length > 0 };
    }
    if (stat.type === "symlink") {
      if (this.#ahead.length === 0 && !this.#request.follow) return { path, stat, wantsDirectory: false };
      yield* this.#follow(path);
      return undefined;
    }
    if (stat.type !== "directory" && this.#ahead.length > 0) return yield* this.#fail("ENOTDIR", path);
    this.#current = path;
    this.#stat = stat;
    return undefined;
  }

  *#follow(link: string): Steps<void> {
    this.#links += 1;
    if (this.#links > LINKS_MAX) yield* this.#fail("ELOOP", link);
    if (this.#request.guarded) yield* this.#gate.demand(this.#attempt, "readlink", link);
    const { filesystem } = this.#driver;
    if (filesystem.readlink === undefined) throw new CallFailure("ENOSYS");
    const target = yield* this.#attempt.settle(
      this.#driver.ask("readlink", () => filesystem.readlink?.(link), checkTargetText),
    );
    if (target.length + this.#ahead.length > EXPANDED_MAX) yield* this.#fail("ENAMETOOLONG", link);
    this.#ahead.push(...reversedComponents(target));
    this.#stat = undefined;
    if (target.startsWith("/")) this.#current = "/";
  }

  *#leave(): Steps<void> {
    if (this.#request.guarded) yield* this.#gate.demand(this.#attempt, "stat", this.#current);
    this.#current = parentOf(this.#current);
    this.#stat = undefined;
  }

  /** What a path names, or `undefined` when nothing is there. */
  *#look(path: string): Steps<FileStat | undefined> {
    const { filesystem } = this.#driver;
    try {
      return yield* this.#attempt.settle(
        filesystem.lstat === undefined
          ? this.#driver.ask("stat", () => filesystem.stat(path), checkStat)
          : this.#driver.ask("lstat", () => filesystem.lstat?.(path), checkStat),
      );
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      if (error.code === "ENOENT") return undefined;
      return yield* this.#fail(error.code, path);
    }
  }

  /** Whether only empty components and dots are ahead. */
  #isLast(): boolean {
    return this.#ahead.every((name) => name === "" || name === ".");
  }

  /** Ends the way at `path`. What would have lain behind it belongs to the name that the check is asked about. */
  *#fail(code: CallFailure["code"], path: string): Steps<never> {
    if (this.#request.guarded) yield* this.#gate.demand(this.#attempt, this.#request.op, this.#restOf(path));
    throw new CallFailure(code);
  }

  #restOf(path: string): string {
    let rest = path;
    for (let index = this.#ahead.length - 1; index >= 0; index -= 1) {
      const name = this.#ahead[index];
      if (name === undefined || name === "..") break;
      if (name !== "" && name !== ".") rest = childOf(rest, name);
    }
    return rest;
  }
}
