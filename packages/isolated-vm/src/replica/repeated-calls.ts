import type { SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName } from "@vivarium/kernel";

/** A system call, as it is made and as it is repeated. */
export interface FileCall {
  readonly name: HostCallName;
  readonly args: readonly SystemCallScalar[];
  readonly input: Uint8Array;
}

/** Calls that leave everything as it was: what a replica answers is all that there is to them. */
const looks: ReadonlySet<HostCallName> = new Set<HostCallName>([
  "fs.access",
  "fs.exists",
  "fs.stat",
  "fs.fstat",
  "fs.statfs",
  "fs.read",
  "fs.readFile",
  "fs.readRest",
  "fs.readdir",
  "fs.freaddir",
  "fs.readlink",
  "fs.realpath",
  "fs.fsync",
  "fs.moduleStat",
  "fs.handleType",
  "process.cwd",
]);

/** Calls that change something, and do so in the same way wherever everything is the same. */
const changes: ReadonlySet<HostCallName> = new Set<HostCallName>([
  "fs.open",
  "fs.close",
  "fs.write",
  "fs.writeFile",
  "fs.mkdir",
  "fs.rmdir",
  "fs.unlink",
  "fs.rename",
  "fs.link",
  "fs.symlink",
  "fs.createSocket",
  "fs.copyFile",
  "fs.chmod",
  "fs.fchmod",
  "fs.chown",
  "fs.fchown",
  "fs.utimes",
  "fs.futimes",
  "fs.ftruncate",
  "process.chdir",
  "process.umask",
]);

/** Mode of a directory with a name of its own, as `mkdtemp(3)` makes it. */
const OWN_DIRECTORY_MODE = 0o700;

/** Whether the host may be asked to repeat a call. */
export const isRepeatable = (name: HostCallName): boolean => changes.has(name);

/** Whether a call may change the filesystem itself, which others may see. */
export function isChange(name: HostCallName): boolean {
  return name === "fs.mkdtemp" || (changes.has(name) && name !== "fs.close" && !name.startsWith("process."));
}

/** Whether a call that a replica can serve leaves everything as it was. */
export const isLook = ({ name }: FileCall): boolean => looks.has(name);

/** What is longer is written by the host alone, in bytes: it would be in memory too many times. */
const LONGEST_INPUT = 16 * 1024 * 1024;

/** Whether a replica can serve a call so that the host can repeat it. */
export function isForReplica({ name, args, input }: FileCall): boolean {
  if (input.byteLength > LONGEST_INPUT) return false;
  // A file that a read is to make.
  if (name === "fs.readFile") return args[1] === 0;
  return looks.has(name) || changes.has(name) || name === "fs.mkdtemp";
}

/** What a replica knows of a call that it has served, but for the answer. */
export interface Served {
  /** Where a write began that named no position. */
  readonly position: number | undefined;
  /** Whether there is another replica than before, as there may be when a call has failed half-way. */
  readonly hasChanged: boolean;
}

/** What the host has to do to be where a replica is after a call; undefined when that is nothing. */
export function repeatOf(call: FileCall, answer: CallAnswer, { position, hasChanged }: Served): FileCall | undefined {
  const { name, args, input } = call;
  if (hasFailed(answer) && !hasChanged) return undefined;
  // Its name is made of random letters.
  if (name === "fs.mkdtemp") return { name: "fs.mkdir", args: [answer.result, OWN_DIRECTORY_MODE, false], input };
  if (name === "fs.write" && position !== undefined) return { name, args: [args[0], position], input };
  return changes.has(name) ? call : undefined;
}

const hasFailed = ({ result }: CallAnswer): boolean => typeof result === "number" && result < 0;
