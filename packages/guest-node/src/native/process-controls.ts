import { controlsOf } from "./open-controls.ts";
import { openNativeHelper } from "./open-native-helper.ts";

/** What {@link ProcessControls.fork} answers in the process that called it. */
export interface ForkedParent {
  readonly pid: number;
  /** A descriptor: the end of the pipe that is the copy's stderr. It does not block. */
  readonly stderr: number;
}

/** What {@link ProcessControls.fork} answers in the copy. */
export interface ForkedChild {
  readonly pid: 0;
  /** The copy's own process number, which `process.pid` does not tell: Node reads it once. */
  readonly self: number;
  /** Descriptors of two connections to the address that was given; each has begun with the token and its role's byte. */
  readonly calls: number;
  readonly events: number;
}

/** How a child ended; one of the two says it, the other is -1 or 0. */
export interface ChildEnd {
  readonly exitCode: number;
  readonly signal: number;
}

/** What holds for a process after {@link ProcessControls.confine}, beside its filter of system calls. */
export interface Confinement {
  /** Version of the kernel's Landlock that denies it files and network; 0 where there is none. */
  readonly landlock: number;
  /** Whether it is in the namespaces of {@link ProcessControls.makeNamespaces}. */
  readonly namespaces: boolean;
}

/** What the native helper can do to the process that loads it: for a cell's own Node, never for a guest. */
export interface ProcessControls {
  /**
   * Forks this process (fork(2)). The copy dies with this process, has its own stderr, two connections to `address`, and
   * an event loop that may be used on; threads it has none but the one that called.
   *
   * @param address of a Unix domain socket that listens: the bytes of `sun_path`
   * @param token 32 bytes, the first that the copy says on either connection; the role follows: 0 calls, 1 events
   */
  fork(address: Uint8Array, token: Uint8Array): ForkedParent | ForkedChild;
  /**
   * Makes namespaces (namespaces(7)) with nothing in them, which copies of this process enter as they are forked: a user
   * who has no rights, no network, an empty folder for all files, a host name and System V IPC of their own. Once made,
   * it does nothing.
   *
   * A copy that cannot enter them goes on without; {@link confine} tells.
   *
   * @throws Error `ERR_CELL_FAILED` where the kernel does not make them
   */
  makeNamespaces(): void;
  /** How a child ended; undefined while it lives. Its number is not given to another process before `release`. */
  childEnd(pid: number, release: boolean): ChildEnd | undefined;
  /** Has the kernel end this process (SIGKILL) as soon as its parent is gone; at once, if it is not `parent` any more. */
  dieWithParent(parent: number): void;
  /** Closes the descriptors from `first` on that this process was left with when it was started. */
  closeInherited(first: number): void;
  /**
   * Starts the event loop anew without the io_uring that libuv made for it, and lets this process make none: what is
   * asked through a ring meets no filter of system calls. For a process that has not begun its work.
   */
  abandonRings(): void;
  /**
   * Leaves this process memory, threads, clocks and the descriptors that it holds, for good and on all its threads:
   * whoever asks for a file, a socket, another process or another limit gets EPERM from the kernel (seccomp(2)).
   *
   * @throws Error `ERR_CELL_FAILED` where the kernel does not do it
   */
  confine(): Confinement;
  /**
   * Returns when a descriptor has something to read, or an end, at the latest after so many microseconds. The thread does
   * not sleep: it looks again and again, and lets others have the processor. Answers the processor time that it took, in
   * microseconds.
   */
  spinUntilInput(descriptor: number, microseconds: number): number;
  /** Whether a descriptor has something to read, or an end. */
  hasInput(descriptor: number): boolean;
  /**
   * From a guest's first long result on (text or bytes of a mebibyte or more), this process keeps up to 128 MiB of what has
   * been freed: fresh pages cost a guest several times what it takes to write to them.
   *
   * @param isSingleThreaded whether V8 has no other threads here: guests whose heaps are small then are in the
   *   background as V8 sees it, where they collect at once if its flags say so
   */
  keepLongMemory(isSingleThreaded: boolean): void;
}

/**
 * Loads the controls; undefined on a platform that has none of them (they are Linux's).
 * @param files where the native helper may be, for a process that may not look for it
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function loadProcessControls(files?: Iterable<string>): ProcessControls | undefined {
  return openNativeHelper((file) => controlsOf<ProcessControls>(file, names), files);
}

const names = [
  "fork",
  "makeNamespaces",
  "childEnd",
  "dieWithParent",
  "closeInherited",
  "abandonRings",
  "confine",
  "spinUntilInput",
  "hasInput",
  "keepLongMemory",
] as const satisfies readonly (keyof ProcessControls)[];
