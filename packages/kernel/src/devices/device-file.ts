import { randomFillSync } from "node:crypto";
import type { FileStat } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { KernelFile } from "../file-system/kernel-file.ts";
import { PIECE_BYTES } from "../file-system/piece-bytes.ts";
import type { Steps } from "../maybe-async.ts";
import type { StandardStreams } from "../standard-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { DeviceKind } from "./device-names.table.ts";
import { deviceStat } from "./device-stat.ts";

const STDIN = 0;
const STDOUT = 1;
const nothing = new Uint8Array(0);

/** An open device. What it gives or takes is the same at every position. */
export class DeviceFile implements KernelFile {
  readonly takesPieces = true;
  readonly #isEndless: boolean;
  readonly #kind: DeviceKind;
  readonly #path: string;
  readonly #streams: StandardStreams;

  constructor(kind: DeviceKind, path: string, streams: StandardStreams) {
    this.#isEndless = kind === "zero" || kind === "full" || kind === "random";
    this.#kind = kind;
    this.#path = path;
    this.#streams = streams;
  }

  // biome-ignore lint/correctness/useYield: it is a computation like those that wait
  *stat(): Steps<FileStat> {
    return deviceStat(this.#path);
  }

  *read(attempt: Attempt, length: number): Steps<Uint8Array> {
    if (this.#isEndless) {
      const bytes = new Uint8Array(Math.min(length, PIECE_BYTES));
      return this.#kind === "random" ? randomFillSync(bytes) : bytes;
    }
    if (this.#kind === "null") return nothing;
    return yield* this.#streams.read(attempt, this.#kind === "tty" ? STDIN : this.#stream(), length);
  }

  /** What a read of the whole gives; `EFBIG` where that has no end. */
  *readRest(attempt: Attempt): Steps<Uint8Array> {
    if (this.#isEndless) throw new CallFailure("EFBIG");
    if (this.#kind === "null") return nothing;
    return yield* this.#streams.readRest(attempt, this.#kind === "tty" ? STDIN : this.#stream());
  }

  *write(attempt: Attempt, data: Uint8Array): Steps<number> {
    if (this.#kind === "full") throw new CallFailure("ENOSPC");
    if (this.#isEndless || this.#kind === "null") return data.byteLength;
    return yield* this.#streams.write(attempt, this.#kind === "tty" ? STDOUT : this.#stream(), data);
  }

  truncate(): Steps<void> {
    return refuse("EINVAL");
  }

  chmod(): Steps<void> {
    return refuse("EPERM");
  }

  chown(): Steps<void> {
    return refuse("EPERM");
  }

  utimes(): Steps<void> {
    return refuse("EPERM");
  }

  sync(): Steps<void> {
    return refuse("EINVAL");
  }

  *close(): Steps<void> {}

  #stream(): number {
    if (typeof this.#kind === "number") return this.#kind;
    throw new CallFailure("EIO");
  }
}

// biome-ignore lint/correctness/useYield: it is a computation like those that wait
function* refuse(code: "EINVAL" | "EPERM"): Steps<never> {
  throw new CallFailure(code);
}
