import { ArrayPrototypePush, StringPrototypeSplit } from "../past-prototypes.ts";
import {
  ArrayPrototypePop,
  StringPrototypeEndsWith,
  StringPrototypeIncludes,
  StringPrototypeStartsWith,
} from "../primordial.ts";
import { EINVAL, ELOOP, ENOTCAPABLE, ENOTDIR } from "./wasi-constants.table.ts";
import { type Place, WasiFailure, type WasiWorld } from "./wasi-world.ts";

/** What a path of a program's means: a path of the guest's, beneath the directory that the program was given. */
export interface Resolved extends Place {
  readonly path: string;
}

const MOST_LINKS = 32;

/**
 * Goes a path step by step, and through every link on the way: whatever leads out of the directory that the program was
 * given is refused. The way to an open directory is gone anew each time: the program may have put a link there since.
 *
 * @throws {WasiFailure}
 */
export function resolvePath(world: WasiWorld, from: Place, path: string, followLast: boolean): Resolved {
  if (path === "" || StringPrototypeIncludes(path, "\0")) throw new WasiFailure(EINVAL);
  if (StringPrototypeStartsWith(path, "/")) throw new WasiFailure(ENOTCAPABLE);
  const mustBeDirectory = StringPrototypeEndsWith(path, "/");
  const steps: string[] = [];
  const ahead: string[] = [];
  stepsAhead(ahead, path);
  for (let index = from.steps.length - 1; index >= 0; index--) ArrayPrototypePush(ahead, from.steps[index] as string);
  let links = 0;
  while (ahead.length > 0) {
    const step = ArrayPrototypePop(ahead) as string;
    if (step === "..") {
      if (steps.length === 0) throw new WasiFailure(ENOTCAPABLE);
      ArrayPrototypePop(steps);
      continue;
    }
    const isLast = ahead.length === 0;
    const isFollowed = !isLast || followLast || mustBeDirectory;
    const target = isFollowed ? world.guest.calls.sync("fs.readlink", pathOf(from.root, steps, step)) : undefined;
    if (typeof target !== "string") {
      ArrayPrototypePush(steps, step);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new WasiFailure(ELOOP);
    if (StringPrototypeStartsWith(target, "/")) throw new WasiFailure(ENOTCAPABLE);
    stepsAhead(ahead, target);
  }
  return { root: from.root, steps, path: pathOf(from.root, steps, undefined) };
}

/** The directory that a path starts from. @throws {WasiFailure} for a descriptor of something else */
export function placeOf(world: WasiWorld, number: number, needed: bigint): Place {
  const { place } = world.descriptor(number, needed);
  if (place === undefined) throw new WasiFailure(ENOTDIR);
  return place;
}

/** Puts the steps of a path before others; the next one comes last. */
function stepsAhead(ahead: string[], path: string): void {
  const parts = StringPrototypeSplit(path, "/");
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index] as string;
    if (part !== "" && part !== ".") ArrayPrototypePush(ahead, part);
  }
}

function pathOf(root: string, steps: readonly string[], last: string | undefined): string {
  let path = root;
  for (let index = 0; index < steps.length; index++) path += `/${steps[index] as string}`;
  if (last !== undefined) path += `/${last}`;
  return path === "" ? "/" : path;
}
