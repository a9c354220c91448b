import type { Guest } from "../../guest.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import { type ArgumentChecks, createArgumentChecks } from "./argument-checks.ts";
import { createFileRequests, type FileRequests } from "./file-requests.ts";
import { createPathText, type PathText } from "./path-text.ts";
import { createStatValues, type StatValues } from "./stat-values.ts";

/** What the groups of file operations share. */
export interface FsParts {
  readonly guest: Guest;
  readonly requests: FileRequests;
  readonly text: PathText;
  readonly stats: StatValues;
  readonly checks: ArgumentChecks;
}

const partsOfGuest = new WeakMap<Guest, FsParts>();

/** The parts of a guest: the `fs` and `fs_dir` bindings have to share their requests. */
export function fsPartsOf(guest: Guest): FsParts {
  const known = WeakMapPrototypeGet(partsOfGuest, guest);
  if (known !== undefined) return known;
  const parts: FsParts = {
    guest,
    requests: createFileRequests(guest),
    text: createPathText(guest),
    stats: createStatValues(guest),
    checks: createArgumentChecks(guest),
  };
  WeakMapPrototypeSet(partsOfGuest, guest, parts);
  return parts;
}
