/** What a device does. A number is the standard stream that it stands for. */
export type DeviceKind = "null" | "zero" | "full" | "random" | "tty" | 0 | 1 | 2;

/** The devices of every guest, by path. */
export const deviceKinds: ReadonlyMap<string, DeviceKind> = new Map<string, DeviceKind>([
  ["/dev/null", "null"],
  ["/dev/zero", "zero"],
  ["/dev/full", "full"],
  ["/dev/random", "random"],
  ["/dev/urandom", "random"],
  ["/dev/tty", "tty"],
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
  ["/dev/fd/0", 0],
  ["/dev/fd/1", 1],
  ["/dev/fd/2", 2],
]);

/** Directories that are there for devices. */
export const deviceDirectories: ReadonlySet<string> = new Set(["/dev", "/dev/fd"]);

/** Whether a path is a device, or a directory of such. */
export function isDevicePath(path: string): boolean {
  // Every call on a path asks this.
  return path.charCodeAt(1) === LETTER_D && (deviceKinds.has(path) || deviceDirectories.has(path));
}

/** Whether a path may be in a directory of devices: every call on a path asks this, too. */
export function isInDevices(path: string): boolean {
  return path.charCodeAt(1) === LETTER_D && path.startsWith("/dev/");
}

const LETTER_D = 100;
