import { createOwnQueue } from "../own-queue.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { Datagram } from "./own-datagrams.ts";

/** So much waits for a receiver; what comes then is lost, as a system has it by default. In bytes. */
export const DATAGRAM_ROOM = 212_992;
/** What a system counts beside the bytes of each datagram that waits. */
const OVERHEAD = 512;

/** What has come for a socket and waits to be read. */
export class ArrivedDatagrams {
  readonly #waiting = createOwnQueue<Datagram>();
  #bytes = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** Answers whether there is room for it: else it is lost. */
  put(datagram: Datagram): boolean {
    const size = sizeOf(datagram);
    if (this.#bytes + size > DATAGRAM_ROOM) return false;
    this.#bytes += size;
    this.#waiting.put(datagram);
    return true;
  }

  take(): Datagram | undefined {
    const next = this.#waiting.take();
    if (next !== undefined) this.#bytes -= sizeOf(next);
    return next;
  }

  clear(): void {
    while (this.take() !== undefined);
  }
}

const sizeOf = ({ bytes }: Datagram): number => TypedArrayPrototypeGetLength(bytes) + OVERHEAD;
