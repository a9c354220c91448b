import type { SystemCallResult } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet } from "../primordial.ts";
import { errnoOf } from "../wasm/errno-of.ts";
import { LinearMemory } from "../wasm/linear-memory.ts";
import {
  ALL_RIGHTS,
  BLOCK_DEVICE,
  CHARACTER_DEVICE,
  DIRECTORY,
  DIRECTORY_RIGHTS,
  EBADF,
  ENOTCAPABLE,
  FILE_RIGHTS,
  REGULAR_FILE,
  SOCKET,
  SYMBOLIC_LINK,
  TERMINAL_RIGHTS,
  UNKNOWN,
} from "./wasi-constants.table.ts";

/** What a program of WASI has under one of its numbers. */
export interface Descriptor {
  /** The guest's own descriptor. */
  readonly fd: number;
  readonly type: number;
  base: bigint;
  inheriting: bigint;
  /** Flags that it was opened with, and that the program has set since. */
  flags: number;
  /** Where it reads and writes; −1: where the guest's descriptor does. */
  position: number;
  /** Of a directory: the one that the program was given at the start, and the way from there. */
  readonly place: Place | undefined;
  /** As what the program knows a directory that it was given. */
  readonly preopened: string | undefined;
}

/** A directory beneath one that the program was given. */
export interface Place {
  readonly root: string;
  readonly steps: readonly string[];
}

/** A failure by its number in WASI. */
export class WasiFailure {
  readonly #errno: number;

  constructor(errno: number) {
    this.#errno = errno;
  }

  /** The number of what was thrown; `undefined`: it is none of these. */
  static errnoOf(thrown: unknown): number | undefined {
    return typeof thrown === "object" && thrown !== null && #errno in thrown ? thrown.#errno : undefined;
  }
}

const S_IFMT = 0o170000;
const O_DIRECTORY = 0o200000;
const MODE = 1;

/** What one program of WASI sees: its arguments, its variables, its descriptors, its memory. */
export class WasiWorld {
  readonly guest: Guest;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly #descriptors = new Map<number, Descriptor>();
  #memory: LinearMemory | undefined;
  #last = 2;

  constructor(guest: Guest, args: readonly string[], env: readonly string[]) {
    this.guest = guest;
    this.args = args;
    this.env = env;
  }

  /** `undefined`: it has not been started. */
  get memory(): LinearMemory | undefined {
    return this.#memory;
  }

  setMemory(memory: WebAssembly.Memory): void {
    this.#memory = new LinearMemory(memory, this.guest.native);
  }

  /** Gives the program one of the guest's standard streams, as one of its own. */
  addStandard(number: number, fd: number): void {
    const type =
      this.guest.calls.sync("fs.fstat", fd) === 0 ? this.typeOf(this.guest.calls.record[MODE] ?? 0) : UNKNOWN;
    const base = type === CHARACTER_DEVICE || type === UNKNOWN ? TERMINAL_RIGHTS : FILE_RIGHTS;
    const more = { flags: 0, position: -1, place: undefined, preopened: undefined };
    MapPrototypeSet(this.#descriptors, number, { fd, type, base, inheriting: 0n, ...more });
  }

  /** Gives the program a directory. @throws as Node's binding does where it cannot be opened */
  addDirectory(name: string, path: string): void {
    const { calls } = this.guest;
    const real = calls.sync("fs.realpath", path);
    const fd = typeof real === "string" ? calls.sync("fs.open", real, O_DIRECTORY, 0) : real;
    if (typeof fd !== "number" || fd < 0) throw initFailure(this.guest, fd);
    const root = real === "/" ? "" : (real as string);
    this.add({
      fd,
      type: DIRECTORY,
      base: DIRECTORY_RIGHTS,
      inheriting: ALL_RIGHTS,
      flags: 0,
      position: 0,
      place: { root, steps: [] },
      preopened: name,
    });
  }

  add(descriptor: Descriptor): number {
    do this.#last += 1;
    while (MapPrototypeHas(this.#descriptors, this.#last));
    MapPrototypeSet(this.#descriptors, this.#last, descriptor);
    return this.#last;
  }

  /** @throws {WasiFailure} where there is none, or it is not good for that */
  descriptor(number: number, needed = 0n): Descriptor {
    const found = MapPrototypeGet(this.#descriptors, number);
    if (found === undefined) throw new WasiFailure(EBADF);
    if ((found.base & needed) !== needed) throw new WasiFailure(ENOTCAPABLE);
    return found;
  }

  remove(number: number): void {
    MapPrototypeDelete(this.#descriptors, number);
  }

  put(number: number, descriptor: Descriptor): void {
    MapPrototypeSet(this.#descriptors, number, descriptor);
  }

  /** What a call of the guest's came to. @throws {WasiFailure} for a failure */
  done<Result extends SystemCallResult>(result: Result): Result {
    if (result === undefined || (typeof result === "number" && result < 0)) {
      throw new WasiFailure(errnoOf(this.guest, result));
    }
    return result;
  }

  typeOf(mode: number): number {
    switch (mode & S_IFMT) {
      case 0o100000:
        return REGULAR_FILE;
      case 0o040000:
        return DIRECTORY;
      case 0o120000:
        return SYMBOLIC_LINK;
      case 0o020000:
        return CHARACTER_DEVICE;
      case 0o060000:
        return BLOCK_DEVICE;
      case 0o140000:
        return SOCKET;
      default:
        return UNKNOWN;
    }
  }
}

function initFailure(guest: Guest, failure: SystemCallResult): Error {
  const code = `UVWASI_${typeof failure === "number" ? guest.errors.name(failure) : "EIO"}`;
  const error = new Error(`${code}, uvwasi_init`);
  setOwn(error, "errno", errnoOf(guest, failure));
  setOwn(error, "code", code);
  setOwn(error, "syscall", "uvwasi_init");
  return error;
}
