import { type GuestConfig, type GuestProfile, guestEntries, guestProfiles, RESOURCE_LIMITS } from "@vivarium/core";
import { WireError } from "./protocol.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

type OptionValue = GuestConfig["options"][string];

const NO_CHANNEL = 0;

const BOOLEAN = 0;
const NUMBER = 1;
const STRING = 2;
const LIST = 3;

/** Entries that a list or a record of a guest's configuration may have. */
const MAX_ENTRIES = 1_000_000;

export function writeGuestConfig(writer: WireWriter, config: GuestConfig): void {
  writer.u8(guestProfiles.indexOf(config.profile));
  writeList(writer, config.argv);
  writeList(writer, config.execArgv);
  writeList(writer, config.modules);
  writeList(writer, config.packageRoots ?? []);
  writeRecord(writer, config.env, (value) => writer.string(value));
  for (const text of [config.execPath, config.cwd, config.platform, config.arch, config.version]) writer.string(text);
  for (const number of [config.pid, config.ppid, config.uid, config.gid, config.cols, config.rows]) writer.f64(number);
  const { type, release, version, hostname, homedir, tmpdir, platform, arch } = config.os;
  for (const text of [type, release, version, hostname, homedir, tmpdir, platform, arch]) writer.string(text);
  writeRecord(writer, config.options, (value) => writeOption(writer, value));
  writer.u8(guestEntries.indexOf(config.entry ?? "code")).f64(config.channel ?? NO_CHANNEL);
  writer.boolean(config.worker !== undefined);
  if (config.worker === undefined) return;
  const { threadId, name, isInternal, resourceLimits, mayWait } = config.worker;
  writer.f64(threadId).string(name).boolean(isInternal).boolean(mayWait);
  for (let index = 0; index < RESOURCE_LIMITS; index += 1) writer.f64(resourceLimits[index] ?? -1);
}

/** Fields are read in the order in which they are written. */
export function readGuestConfig(reader: WireReader): GuestConfig {
  return {
    profile: readProfile(reader),
    argv: readList(reader),
    execArgv: readList(reader),
    modules: readList(reader),
    packageRoots: readList(reader),
    env: readRecord(reader, () => reader.string()),
    execPath: reader.string(),
    cwd: reader.string(),
    platform: reader.string(),
    arch: reader.string(),
    version: reader.string(),
    pid: reader.f64(),
    ppid: reader.f64(),
    uid: reader.f64(),
    gid: reader.f64(),
    cols: reader.f64(),
    rows: reader.f64(),
    os: {
      type: reader.string(),
      release: reader.string(),
      version: reader.string(),
      hostname: reader.string(),
      homedir: reader.string(),
      tmpdir: reader.string(),
      platform: reader.string(),
      arch: reader.string(),
    },
    options: readRecord(reader, () => readOption(reader)),
    ...readRole(reader),
  };
}

/** What only a child of another guest has. */
function readRole(reader: WireReader): Pick<GuestConfig, "entry" | "channel" | "worker"> {
  const entry = guestEntries[reader.u8()];
  const channel = reader.f64();
  if (entry === undefined) throw new WireError("A guest is to run something unknown");
  const role = { ...(entry !== "code" && { entry }), ...(channel !== NO_CHANNEL && { channel }) };
  if (!reader.boolean()) return role;
  const worker = {
    threadId: reader.f64(),
    name: reader.string(),
    isInternal: reader.boolean(),
    mayWait: reader.boolean(),
    resourceLimits: Array.from({ length: RESOURCE_LIMITS }, () => reader.f64()),
  };
  return { ...role, worker };
}

function readProfile(reader: WireReader): GuestProfile {
  const profile = guestProfiles[reader.u8()];
  if (profile === undefined) throw new WireError("A guest is of an unknown profile");
  return profile;
}

function writeList(writer: WireWriter, list: readonly string[]): void {
  writer.u32(list.length);
  for (const item of list) writer.string(item);
}

function readList(reader: WireReader): string[] {
  return Array.from({ length: readCount(reader) }, () => reader.string());
}

function writeRecord<Value>(
  writer: WireWriter,
  record: Readonly<Record<string, Value>>,
  write: (value: Value) => void,
): void {
  const entries = Object.entries(record);
  writer.u32(entries.length);
  for (const [key, value] of entries) {
    writer.string(key);
    write(value);
  }
}

/** Without a prototype: keys are names that an embedder or a guest has chosen. */
function readRecord<Value>(reader: WireReader, read: () => Value): Record<string, Value> {
  const record: Record<string, Value> = Object.create(null);
  for (let left = readCount(reader); left > 0; left -= 1) {
    const key = reader.string();
    record[key] = read();
  }
  return record;
}

function readCount(reader: WireReader): number {
  const count = reader.u32();
  // Each entry takes at least the four bytes of its length.
  if (count > MAX_ENTRIES || count * 4 > reader.left) throw new WireError("A list is longer than its frame");
  return count;
}

function writeOption(writer: WireWriter, value: OptionValue): void {
  if (typeof value === "boolean") writer.u8(BOOLEAN).boolean(value);
  else if (typeof value === "number") writer.u8(NUMBER).f64(value);
  else if (typeof value === "string") writer.u8(STRING).string(value);
  else {
    writer.u8(LIST);
    writeList(writer, value);
  }
}

function readOption(reader: WireReader): OptionValue {
  switch (reader.u8()) {
    case BOOLEAN:
      return reader.boolean();
    case NUMBER:
      return reader.f64();
    case STRING:
      return reader.string();
    case LIST:
      return readList(reader);
    default:
      throw new WireError("An option is of an unknown kind");
  }
}
