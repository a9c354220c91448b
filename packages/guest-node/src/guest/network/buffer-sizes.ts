import { setOwn } from "../past-prototypes.ts";
import { MathMax } from "../primordial.ts";
import { DATAGRAM_ROOM } from "./arrived-datagrams.ts";

const UV_EBADF = -9;
const UV_EINVAL = -22;
const LEAST_BUFFER = 2_304;
const LARGEST_BUFFER = 0x7fff_ffff;

interface SizeQuestion {
  readonly isBound: boolean;
  /** Whether it is about what is received, and not what is sent. */
  readonly isReceive: boolean;
  /** Where Node's library finds why there is no answer. */
  readonly context: object;
}

/** The sizes of a socket's buffers: kept and told, while the room of a socket is always the same. */
export class BufferSizes {
  readonly #sizes = { receive: DATAGRAM_ROOM, send: DATAGRAM_ROOM };

  /** Sets a size and answers it; a size of 0 asks. */
  ask(size: number, { isBound, isReceive, context }: SizeQuestion): number | undefined {
    const which = isReceive ? "receive" : "send";
    const problem = isBound ? (size > LARGEST_BUFFER ? UV_EINVAL : 0) : UV_EBADF;
    if (problem !== 0) {
      setOwn(context, "errno", problem);
      setOwn(context, "code", problem === UV_EBADF ? "EBADF" : "EINVAL");
      setOwn(context, "message", problem === UV_EBADF ? "bad file descriptor" : "invalid argument");
      setOwn(context, "syscall", isReceive ? "uv_recv_buffer_size" : "uv_send_buffer_size");
      return undefined;
    }
    if (size === 0) return this.#sizes[which];
    // Linux keeps as much again for itself, and tells the sum.
    this.#sizes[which] = MathMax(size * 2, LEAST_BUFFER);
    return size;
  }
}
