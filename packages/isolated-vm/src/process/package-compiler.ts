import type { PackageTree } from "@vivarium/core";
import { type CodeKey, EMPTY_CODE, PackageCode } from "@vivarium/kernel";
import type { GuestKind } from "../channel/guest-kind.ts";
import type { Cell } from "./cell.ts";
import { compilePackages } from "./compile-packages.ts";
import type { AloneOptions } from "./run-alone.ts";
import type { SharedZygote, ZygoteUser } from "./shared-zygote.ts";
import type { ZygoteProcess } from "./zygote-process.ts";

/** After a run that has compiled something, in milliseconds: another may be about to begin. */
const PAUSE_MS = 50;
/** Sources that one cell compiles. */
const MOST_SOURCES = 500;

export interface PackageCompilerOptions {
  readonly tree: PackageTree;
  readonly zygote: SharedZygote;
  /** Of the guest that compiles: one that the zygote has anyway. */
  readonly guestKind: GuestKind;
}

/**
 * Sees to it that no source of a package is compiled by guest after guest: what a run has had to compile is compiled once
 * more, in a cell of its own, and later runs are given V8's code cache of it. Never is it made where a guest's program has
 * run. Where cells are not copies of one zygote there is none: their native helpers do not believe each other.
 */
export class PackageCompiler {
  readonly code: PackageCode;
  readonly #options: PackageCompilerOptions;
  /** Whose copies can use the code. */
  #zygote: ZygoteProcess | undefined;
  readonly #user: ZygoteUser = { onPrepared: () => this.afterRun(), onLost: () => undefined };
  #timer: NodeJS.Timeout | undefined;
  #compiling: Promise<void> | undefined;
  #disposed = false;

  constructor(options: PackageCompilerOptions) {
    this.#options = options;
    this.code = new PackageCode(options.tree);
    options.zygote.join(this.#user);
  }

  /** The version of the code that is of use to a cell. */
  versionFor({ zygote }: Pick<Cell, "zygote">): number {
    return zygote !== undefined && zygote === this.#zygote ? this.code.version : EMPTY_CODE;
  }

  /** A run is over: compiles what it has had to compile, in a while. */
  afterRun(): void {
    const { zygote, guestKind } = this.#options;
    if (this.#disposed || !this.code.isWanted || this.#compiling !== undefined) return;
    if (zygote.with(guestKind) === undefined) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#compiling = this.#compile().finally(() => {
        this.#compiling = undefined;
        this.afterRun();
      });
    }, PAUSE_MS).unref();
  }

  /** Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#compiling;
    await this.#options.zygote.leave(this.#user);
  }

  async #compile(): Promise<void> {
    const { zygote: shared, guestKind, tree } = this.#options;
    const zygote = shared.with(guestKind);
    if (zygote === undefined) return;
    if (zygote !== this.#zygote) this.code.replace();
    this.#zygote = zygote;
    const wanted = this.code.takeWanted();
    for (let from = 0; from < wanted.length && !this.#disposed; from += MOST_SOURCES) {
      const keys = wanted.slice(from, from + MOST_SOURCES);
      this.code.keep(await compileSome(keys, { zygote, tree, guestKind }));
    }
  }
}

/** A cell that dies over it costs what it would have gained. */
async function compileSome(keys: readonly CodeKey[], options: AloneOptions): Promise<ReadonlyMap<CodeKey, Uint8Array>> {
  try {
    return await compilePackages(keys, options);
  } catch {
    return new Map();
  }
}
