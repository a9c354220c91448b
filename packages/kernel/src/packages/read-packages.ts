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
import { decodePackages } from "./package-wire.ts";

const nothing = new Uint8Array(0);

/** The packages of a host, as they are read over its calls. It is told whose calls: those of a run that is on. */
export class ReadPackages implements PackageTree {
  readonly roots: readonly string[];
  #port: HostPort | undefined;

  constructor(roots: readonly string[]) {
    this.roots = roots;
  }

  /** Reads over `port` from here on. */
  readOver(port: HostPort): void {
    this.#port = joinPieces(port, () => undefined);
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

  #call(name: HostCallName, args: readonly SystemCallScalar[]): Uint8Array {
    const answer: CallAnswer | undefined = this.#port?.call(name, args, nothing);
    const result = answer?.result;
    if (typeof result !== "number" || result < 0) {
      throw createFileSystemError((typeof result === "number" ? errnoCodeOf(result) : undefined) ?? "EIO");
    }
    return answer?.payload ?? nothing;
  }
}
