/** What has come of a read: bytes, or a negative errno, of which `UV_EOF` says that nothing more will come. */
export type Arrival = Uint8Array<ArrayBuffer> | number;

/** 0, or a negative errno, and why. */
export type Settled = (status: number, reason?: string) => void;

/** Where what is written to a handle goes, and what is read from it comes from. */
export interface StreamEnd {
  /** The descriptor behind it, or -1. */
  readonly fd: number;
  /** The number by which the host knows it, if it does. */
  readonly stream?: number;
  /** Asks for the next piece: `deliver` is entered from the event loop, once. One read at a time. */
  read(deliver: (arrival: Arrival, reason?: string) => void): void;
  /**
   * Takes all of the bytes. Answers 0 or an errno when that is over, and `undefined` when `settled` will tell.
   * `isOwn`: nobody else will write to these bytes.
   */
  write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined;
  /** Ends the direction that is written to, after what has been written. Answers as {@link write}. */
  shutdown(settled: Settled): number | undefined;
  /** Ends both directions. Of what is under way nothing more is heard. */
  close(): void;
  /** As {@link close}, told to the other end as a failure where it can be told. @default close */
  reset?(): void;
}

export const UV_EOF = -4095;
export const UV_EBADF = -9;
export const UV_EPIPE = -32;
export const UV_ECONNRESET = -104;
export const UV_ECANCELED = -125;
export const UV_ENOTCONN = -107;
