/** Numbers of WASI preview 1 that several of its calls have in common. */
export const SUCCESS = 0;
export const EBADF = 8;
export const EEXIST = 20;
export const EINVAL = 28;
export const EIO = 29;
export const ELOOP = 32;
export const ENOENT = 44;
export const ENOSYS = 52;
export const ENOTDIR = 54;
export const ENOTSOCK = 57;
export const ENOTSUP = 58;
export const EOVERFLOW = 61;
export const ESPIPE = 70;
export const ENOTCAPABLE = 76;

/** What a descriptor may be used for. */
export const rights = {
  datasync: 1n << 0n,
  read: 1n << 1n,
  seek: 1n << 2n,
  setFlags: 1n << 3n,
  sync: 1n << 4n,
  tell: 1n << 5n,
  write: 1n << 6n,
  advise: 1n << 7n,
  allocate: 1n << 8n,
  createDirectory: 1n << 9n,
  createFile: 1n << 10n,
  linkSource: 1n << 11n,
  linkTarget: 1n << 12n,
  open: 1n << 13n,
  readdir: 1n << 14n,
  readlink: 1n << 15n,
  renameSource: 1n << 16n,
  renameTarget: 1n << 17n,
  pathStat: 1n << 18n,
  pathSetSize: 1n << 19n,
  pathSetTimes: 1n << 20n,
  stat: 1n << 21n,
  setSize: 1n << 22n,
  setTimes: 1n << 23n,
  symlink: 1n << 24n,
  removeDirectory: 1n << 25n,
  unlink: 1n << 26n,
  poll: 1n << 27n,
  shutdown: 1n << 28n,
} as const;

export const ALL_RIGHTS: bigint = (1n << 30n) - 1n;
/** What is of no use on anything but a directory. */
const OF_DIRECTORIES =
  rights.createDirectory |
  rights.createFile |
  rights.linkSource |
  rights.linkTarget |
  rights.open |
  rights.readdir |
  rights.readlink |
  rights.renameSource |
  rights.renameTarget |
  rights.pathStat |
  rights.pathSetSize |
  rights.pathSetTimes |
  rights.symlink |
  rights.removeDirectory |
  rights.unlink;
export const FILE_RIGHTS: bigint = ALL_RIGHTS & ~OF_DIRECTORIES;
export const DIRECTORY_RIGHTS: bigint =
  OF_DIRECTORIES | rights.stat | rights.setTimes | rights.sync | rights.datasync | rights.setFlags | rights.advise;
export const TERMINAL_RIGHTS: bigint = rights.read | rights.write | rights.setFlags | rights.stat | rights.poll;

/** Kinds of files. */
export const UNKNOWN = 0;
export const BLOCK_DEVICE = 1;
export const CHARACTER_DEVICE = 2;
export const DIRECTORY = 3;
export const REGULAR_FILE = 4;
export const SOCKET = 6;
export const SYMBOLIC_LINK = 7;
