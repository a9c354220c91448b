import type { GuestParts } from "@vivarium/guest-node";
import { FRAME_HEADER_BYTES, PROTOCOL_VERSION, WireError } from "./protocol.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

/** What a cell cannot find by itself under Node's permission model, which hides files from it, and Node's library. */
export interface Provisions {
  /** Files that may be the native helper, the best first. */
  readonly helpers: readonly string[];
  readonly parts: GuestParts;
  /** Node's library: source by id. */
  readonly sources: Readonly<Record<string, string>>;
}

/** All provisions together, in bytes: several times what Node 24 takes. */
export const MAX_PROVISIONS_BYTES: number = 64 * 1024 * 1024;

const PROVISIONS = 1;
const MAX_HELPERS = 16;
const MAX_PATH_BYTES = 16_384;
const MAX_SOURCES = 10_000;
const MAX_ID_BYTES = 1024;
const MAX_VERSION_BYTES = 64;

/**
 * The one frame that such a cell reads on its standard input, to its end, before anything else.
 * @throws {WireError} for more than a cell takes.
 */
export function encodeProvisions({ helpers, parts, sources }: Provisions): Buffer {
  const writer = new WireWriter().begin(PROVISIONS).u32(PROTOCOL_VERSION).string(process.version);
  writer.u32(helpers.length);
  for (const helper of helpers) writer.string(helper);
  writer.string(parts.loader).string(parts.bundle).string(parts.bareBundle).string(parts.tables);
  writeSources(writer, parts.lateBundles);
  writeSources(writer, sources);
  const frame = Buffer.from(writer.frame());
  if (frame.length > MAX_PROVISIONS_BYTES) throw new WireError("Provisions are too large");
  return frame;
}

/** @throws {WireError} for anything but one whole frame, which a host of this version of Node has sent. */
export function decodeProvisions(frame: Buffer): Provisions {
  if (frame.length > MAX_PROVISIONS_BYTES) throw new WireError("Provisions are too large");
  const reader = new WireReader(frame);
  if (reader.u32() !== frame.length - FRAME_HEADER_BYTES) throw new WireError("Provisions are cut off");
  if (reader.u8() !== PROVISIONS) throw new WireError("A message is of an unknown kind");
  const protocol = reader.u32();
  if (protocol !== PROTOCOL_VERSION) throw new WireError(`The host speaks version ${protocol} of the protocol`);
  if (reader.string(MAX_VERSION_BYTES) !== process.version) throw new WireError("Provisions are of another Node");
  const helpers = Array.from({ length: readCount(reader, MAX_HELPERS) }, () => reader.string(MAX_PATH_BYTES));
  const parts = {
    loader: reader.string(),
    bundle: reader.string(),
    bareBundle: reader.string(),
    tables: reader.string(),
    lateBundles: readSources(reader),
  };
  const sources = readSources(reader);
  reader.end();
  return { helpers, parts, sources };
}

function writeSources(writer: WireWriter, sources: Readonly<Record<string, string>>): void {
  const entries = Object.entries(sources);
  writer.u32(entries.length);
  for (const [id, source] of entries) writer.string(id).string(source);
}

function readSources(reader: WireReader): Record<string, string> {
  const sources: Record<string, string> = Object.create(null);
  for (let left = readCount(reader, MAX_SOURCES); left > 0; left -= 1) {
    const id = reader.string(MAX_ID_BYTES);
    if (Object.hasOwn(sources, id)) throw new WireError("A source is there twice");
    sources[id] = reader.string();
  }
  return sources;
}

function readCount(reader: WireReader, most: number): number {
  const count = reader.u32();
  if (count > most) throw new WireError("A list is longer than it may be");
  return count;
}
