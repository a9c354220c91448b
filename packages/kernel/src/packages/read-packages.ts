import {
  createFileSystemError,
  errnoCodeOf,
  type FileStat,
  type PackageDirectory,
  type PackageTree,
  type SystemCallScalar,
} from "@vivarium/core";
import { unpackStat } from "../file-system/stat-record.ts";
import type { CallAnswer, HostCallName } from "../system-calls/call-answer.ts";
import type { HostPort } from "../system-calls/host-port.ts";
import { joinPieces } from "../system-calls/join-pieces.ts";
import { type CodeKey, codeFolder, codeKey, decodeCodes, EMPTY_CODE } from "./package-code.ts";
import { decodePackages } from "./package-wire.ts";

const nothing = new Uint8Array(0);

/** The packages of a host, as they are read over its calls. It is told whose calls: those of a run that is on. */
export class ReadPackages implements PackageTree {
  readonly roots: readonly string[];
  #port: HostPort | undefined;
  #codeVersion = 0;
  /** By the package that they are in. */
  readonly #codes: Map<string, ReadonlyMap<CodeKey, Uint8Array>> = new Map();

  constructor(roots: readonly string[]) {
    this.roots = roots;
  }

  /** Reads over `port` from here on. */
  readOver(port: HostPort): void {
    this.#port = joinPieces(port, () => undefined);
  }

  /** Which code cache the host has: what is known of another is asked for again. 0: it keeps none. */
  set codeVersion(version: number) {
    if (version === this.#codeVersion) return;
    this.#codeVersion = version;
    this.#codes.clear();
  }

  /** Whether to tell the host what had to be compiled. */
  get keepsCode(): boolean {
    return this.#codeVersion !== 0;
  }

  /** Code cache of a source; undefined where the host has none. */
  code(path: string, isModule: boolean): Uint8Array | undefined {
    if (this.#codeVersion <= EMPTY_CODE) return undefined;
    const folder = codeFolder(path);
    const known = this.#codes.get(folder) ?? this.#readCodes(path);
    this.#codes.set(folder, known);
    return known.get(codeKey(path, isModule));
  }

  /** Tells the host what had to be compiled. */
  wantCode(keys: ReadonlySet<CodeKey>): void {
    this.#port?.call("packages.wantCode", [], new TextEncoder().encode([...keys].join("\0")));
  }

  directories(path: string): readonly PackageDirectory[] {
    return decodePackages(this.#call("packages.directories", [path]));
  }

  stat(path: string): FileStat {
    const record = this.#call("fs.stat", [path, false]);
    // A copy: floats lie at multiples of their size.
    return unpackStat(new Float64Array(record.slice().buffer));
  }

  readFile(path: string): Uint8Array {
    return this.#call("fs.readFile", [path, 0]);
  }

  #readCodes(path: string): ReadonlyMap<CodeKey, Uint8Array> {
    // A copy: what is read from it are views, and stay.
    return decodeCodes(this.#call("packages.codes", [path]).slice());
  }

  #call(name: HostCallName, args: readonly SystemCallScalar[]): Uint8Array {
    const answer: CallAnswer | undefined = this.#port?.call(name, args, nothing);
    const result = answer?.result;
    if (typeof result !== "number" || result < 0) {
      throw createFileSystemError((typeof result === "number" ? errnoCodeOf(result) : undefined) ?? "EIO");
    }
    return answer?.payload ?? nothing;
  }
}
