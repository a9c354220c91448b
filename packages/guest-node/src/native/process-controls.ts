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
  /** How a child ended; undefined while it lives. Its number is not given to another process before `release`. */
  childEnd(pid: number, release: boolean): ChildEnd | undefined;
  /** Has the kernel end this process (SIGKILL) as soon as its parent is gone; at once, if it is not `parent` any more. */
  dieWithParent(parent: number): void;
}

/**
 * Loads the controls; undefined on a platform that has none of them (they are Linux's).
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function loadProcessControls(): ProcessControls | undefined {
  return openNativeHelper((file) => {
    const module: { exports: Partial<ProcessControls> } = { exports: {} };
    process.dlopen(module, file);
    const { fork, childEnd, dieWithParent } = module.exports;
    if (fork === undefined || childEnd === undefined || dieWithParent === undefined) return undefined;
    return { fork, childEnd, dieWithParent };
  });
}
