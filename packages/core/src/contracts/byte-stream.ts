import type { MaybePromise } from "../promises/maybe-promise.ts";

/**
 * Bytes that go both ways: a socket, one end of a pipe. What fails, fails with an error whose `code` is a POSIX name
 * (`ECONNRESET`); its `reason`, if it has one, is told to the guest.
 */
export interface ByteStream {
  /** Next piece; undefined = the end. One read at a time. */
  read(): MaybePromise<Uint8Array | undefined>;
  /** Settles when the piece has been taken: back-pressure. One write at a time. */
  write(bytes: Uint8Array): MaybePromise<void>;
  /** No more will be written (FIN). */
  end(): MaybePromise<void>;
  /** Ends both directions at once. Idempotent. */
  destroy(): void;
}
