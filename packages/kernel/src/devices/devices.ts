import type { StandardStreams } from "../standard-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { DeviceFile } from "./device-file.ts";
import { deviceKinds } from "./device-names.table.ts";

/** The devices of one guest. */
export class Devices {
  readonly #streams: StandardStreams;
  readonly #streamsAreElsewhere: boolean;
  #missed = false;

  /** @param streamsAreElsewhere whether the standard streams are served by somebody else, who has to open those devices */
  constructor(streams: StandardStreams, streamsAreElsewhere: boolean) {
    this.#streams = streams;
    this.#streamsAreElsewhere = streamsAreElsewhere;
  }

  has(path: string): boolean {
    return deviceKinds.has(path);
  }

  /** Whether what is at a path stands for a stream, which may have its reader or writer wait. */
  waits(path: string): boolean {
    const kind = deviceKinds.get(path);
    return kind === "tty" || typeof kind === "number";
  }

  /** Opens a device. Throws `ENXIO` for one that stands for a stream that is closed, or for a terminal that is not there. */
  open(path: string): DeviceFile {
    const kind = deviceKinds.get(path);
    if (kind === undefined) throw new CallFailure("ENOENT");
    if (kind === "tty" || typeof kind === "number") {
      this.#missed = this.#streamsAreElsewhere;
      const isThere = kind === "tty" ? this.#streams.hasTerminal : this.#streams.has(kind);
      if (this.#missed || !isThere) throw new CallFailure("ENXIO");
    }
    return new DeviceFile(kind, path, this.#streams);
  }

  /** Whether a device was asked for since the last time that somebody else has to open. */
  takeMissed(): boolean {
    const missed = this.#missed;
    this.#missed = false;
    return missed;
  }
}
