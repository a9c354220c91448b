import type { FileSystem } from "@vivarium/core";

/** What a filesystem can do beyond the required verbs. Each is expected to work unless it is declared `false`. */
export interface FileSystemCapabilities {
  /** `lstat`, `symlink`, `readlink`. */
  readonly symbolicLinks: boolean;
  /** `link`. */
  readonly hardLinks: boolean;
  /** `createSocket` makes names of sockets: the verb may also be there, and refuse by `ENOSYS`. */
  readonly sockets: boolean;
  /** `realpath`. */
  readonly realPaths: boolean;
  /** `chmod`, and modes given to `mkdir` and `writeFile`. */
  readonly modes: boolean;
  /** `chown` to any owner: on a real filesystem only root has it, whereas the verb is there for all. */
  readonly owners: boolean;
  /** `lchown`. */
  readonly linkOwners: boolean;
  /** `utimes`. */
  readonly times: boolean;
  /** `lutimes`. */
  readonly linkTimes: boolean;
  /** `truncate`. */
  readonly truncation: boolean;
  /** `readInto`. */
  readonly readingInto: boolean;
  /** `pread`, `pwrite`. */
  readonly positions: boolean;
  /** `open`. */
  readonly openFiles: boolean;
  /** `usage`. */
  readonly usage: boolean;
  /** `watch`. */
  readonly watching: boolean;
  /** `statPlain`. */
  readonly plainStat: boolean;
  /** `readTextFile`. */
  readonly text: boolean;
  /** `readDir`. */
  readonly nameLists: boolean;
  /** `createDir`. */
  readonly createDir: boolean;
  /** `exists`. */
  readonly existence: boolean;
  /** Numbers of inodes that tell files apart and stay through a rename. */
  readonly inodes: boolean;
  /** `ENAMETOOLONG` for a name of more than 255 bytes. */
  readonly nameLimit: boolean;
}

/** What a filesystem can do or not, by its name. */
export type FileSystemCapability = keyof FileSystemCapabilities;

/** What a driver declares that has the required methods alone. */
export const noFileSystemCapabilities: FileSystemCapabilities = {
  symbolicLinks: false,
  hardLinks: false,
  sockets: false,
  realPaths: false,
  modes: false,
  owners: false,
  linkOwners: false,
  times: false,
  linkTimes: false,
  truncation: false,
  readingInto: false,
  positions: false,
  openFiles: false,
  usage: false,
  watching: false,
  plainStat: false,
  text: false,
  nameLists: false,
  createDir: false,
  existence: false,
  inodes: false,
  nameLimit: false,
};

/** The methods behind each capability. */
export const methodsOfCapability: Readonly<Record<FileSystemCapability, ReadonlyArray<keyof FileSystem>>> = {
  symbolicLinks: ["lstat", "symlink", "readlink"],
  hardLinks: ["link"],
  sockets: [],
  realPaths: ["realpath"],
  modes: ["chmod"],
  owners: ["chown"],
  linkOwners: ["lchown"],
  times: ["utimes"],
  linkTimes: ["lutimes"],
  truncation: ["truncate"],
  readingInto: ["readInto"],
  positions: ["pread", "pwrite"],
  openFiles: ["open"],
  usage: ["usage"],
  watching: ["watch"],
  plainStat: ["statPlain"],
  text: ["readTextFile"],
  nameLists: ["readDir"],
  createDir: ["createDir"],
  existence: ["exists"],
  inodes: [],
  nameLimit: [],
};
