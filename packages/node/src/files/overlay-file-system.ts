import { type FileSystem, VivariumError } from "@vivarium/core";
import { readFileSystem } from "../driver-shape.ts";
import { entriesOf } from "../option-rule.ts";
import { completeDriver } from "./complete-driver.ts";
import { FollowingFileSystem } from "./following-file-system.ts";
import { OpenedInBase } from "./opened-in-base.ts";
import { listChanges, type OverlayChange } from "./overlay-changes.ts";
import { OverlayFiles } from "./overlay-files.ts";
import { OverlayMarks } from "./overlay-marks.ts";

/** The two filesystems of an overlay. */
export interface OverlayOptions {
  /** The base, of which nothing is ever changed. */
  readonly lower: FileSystem;
  /** Where changes go. It has to be this overlay's alone, and may be one that an overlay over the same base had before. */
  readonly upper: FileSystem;
}

/** A filesystem whose changes lie beside its base. */
export interface OverlayFileSystem extends Required<FileSystem> {
  /** How it differs from its base now, in the order of the paths; what it holds is read from the overlay itself. */
  changes(): Promise<readonly OverlayChange[]>;
}

/**
 * A filesystem that shows a base, and keeps what is changed in another one:
 * `createOverlayFileSystem({ lower: new NodeFileSystem({ root, readOnly: true }), upper: createInMemoryFileSystem() })`.
 *
 * A file is copied when it is first opened to be written, or when its mode or times are set. What is removed is marked as
 * gone, in a directory of the upper filesystem (`/.vivarium-overlay`) that no path of the overlay leads to; so an upper
 * filesystem that lasts can be used again, once this overlay is not. To rename a directory copies what the base has in it.
 * Two hard links of the base are two files once one of them is changed. A descriptor that was opened to be read is that of
 * the copy once there is one. While an overlay is in use nothing else may change its upper filesystem.
 *
 * @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_DRIVER`
 */
export function createOverlayFileSystem(options: OverlayOptions): OverlayFileSystem {
  const given = new Map(entriesOf(options, "createOverlayFileSystem(options)"));
  for (const option of given.keys()) {
    if (option === "lower" || option === "upper") continue;
    const known = ["lower", "upper"];
    throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "createOverlayFileSystem()", known });
  }
  const lower = readLayer(given.get("lower"), "lower");
  const upper = readLayer(given.get("upper"), "upper");
  if (lower === upper) {
    const wanted = "another filesystem than lower, which is never changed";
    throw new VivariumError("ERR_INVALID_OPTION", { option: "upper", wanted, actual: given.get("upper") });
  }
  return new Overlay(lower, upper);
}

function readLayer(value: unknown, option: string): FileSystem {
  const filesystem = readFileSystem(value, option);
  if (filesystem !== undefined) return filesystem;
  throw new VivariumError("ERR_INVALID_OPTION", { option, wanted: "a filesystem", actual: value });
}

class Overlay extends FollowingFileSystem implements OverlayFileSystem {
  readonly #files: OverlayFiles;

  constructor(lower: FileSystem, upper: FileSystem) {
    const above = completeDriver(upper);
    const beneath = completeDriver(lower);
    const layers = { upper: above, lower: beneath, marks: new OverlayMarks(above), opened: new OpenedInBase() };
    const files = new OverlayFiles(`${above.name} over ${beneath.name}`, layers);
    super(files);
    this.#files = files;
  }

  async changes(): Promise<readonly OverlayChange[]> {
    return await this.#files.within("scandir", listChanges);
  }
}
