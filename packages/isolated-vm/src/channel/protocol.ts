/**
 * The channel between a host and a process cell.
 *
 * | descriptor of the cell | direction | carries |
 * |---|---|---|
 * | {@link CALL_DESCRIPTOR} | cell → host | every {@link CellMessage}; written synchronously |
 * | {@link CALL_DESCRIPTOR} | host → cell | one {@link CallAnswer} per synchronous call; read synchronously |
 * | {@link EVENT_DESCRIPTOR} | host → cell | every {@link HostMessage}; read by the cell's event loop |
 *
 * Each frame is its length (uint32, little endian, without itself) and a body, whose first byte says what it is; in a
 * message, four more say which of the cell's runs it belongs to.
 * Neither side trusts the other's bytes: a length above the limit, an unknown kind, a field out of range or a byte too
 * many is a {@link WireError}, and the host then kills the cell.
 */
export const PROTOCOL_VERSION = 9;

/** Duplex: requests and notices of the cell; answers to its synchronous calls. */
export const CALL_DESCRIPTOR = 3;

/** What the host has to say unasked: prepare, execute, completions, abort. */
export const EVENT_DESCRIPTOR = 4;

/** Duplex, of a zygote: the host's orders and its notices; see `zygote-message.ts`. */
export const ZYGOTE_DESCRIPTOR = 3;

export const FRAME_HEADER_BYTES = 4;

/**
 * What a frame may be longer than the memory limit of the guest that it comes from: the kernel's own messages.
 * A guest cannot hand over more bytes than it can hold.
 */
export const FRAME_SLACK_BYTES: number = 64 * 1024 * 1024;

/** Longest frame that any cell may send, whatever its memory limit; also the longest that it takes from the host. */
export const MAX_FRAME_BYTES: number = 1024 * 1024 * 1024;

/** Longest message of an error or a diagnostic that a cell may send, in UTF-8 bytes. */
export const MAX_MESSAGE_BYTES: number = 256 * 1024;

/** Longest frame of a cell that runs no program: its own notices. */
export const IDLE_FRAME_BYTES: number = MAX_MESSAGE_BYTES + 4096;

/** What a side says of bytes that no well-behaved peer sends. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** The longest frame that a cell with this memory limit (MiB) may send. */
export function frameLimitFor(memoryLimit: number): number {
  return Math.min(MAX_FRAME_BYTES, memoryLimit * 1024 * 1024 + FRAME_SLACK_BYTES);
}
