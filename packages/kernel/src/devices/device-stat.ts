import type { FileStat } from "@vivarium/core";
import { deviceDirectories, deviceKinds } from "./device-names.table.ts";

const common = { size: 0, nlink: 1, uid: 0, gid: 0, dev: 5, atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
const paths = [...deviceDirectories, ...deviceKinds.keys()];

/** Their numbers are no driver's: those count from 0 or 1 up, or are the host's. */
const stats: ReadonlyMap<string, FileStat> = new Map(
  paths.map((path, index): [string, FileStat] => {
    const isDirectory = deviceDirectories.has(path);
    const rdev = isDirectory ? 0 : 0x100 + index;
    const type = isDirectory ? "directory" : "character-device";
    return [path, { ...common, type, mode: isDirectory ? 0o755 : 0o666, ino: 2 ** 40 + index, rdev }];
  }),
);

/** What is told of a device, or of a directory of devices. */
export function deviceStat(path: string): FileStat {
  const stat = stats.get(path);
  if (stat === undefined) throw new Error("There is no such device");
  return stat;
}
