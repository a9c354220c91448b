import { createOwnQueue, type OwnQueue } from "../own-queue.ts";
import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf } from "../primordial.ts";
import { lendEnd } from "../streams/given-end.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { NEWS } from "./borrowed-listener.ts";
import { type GivenNote, giveStream } from "./given-streams.ts";
import type { ArrivedConnection, Sharing, SocketHandle } from "./socket-handle.ts";

/** What waits for a listener that was lent before anybody listens with it: as much as Node's own servers have wait. */
const MOST_WAITING = 511;

/** What another guest has of a listener: the channel over which it is given its share. */
interface Lent {
  readonly control: HostEnd;
  /** It tells so by a byte. */
  isListening: boolean;
}

/** A listener that other guests have as well: whoever of them listens has a turn. */
export class SharedListener implements Sharing {
  readonly #core: StreamCore;
  readonly #handle: SocketHandle;
  readonly #lent: Lent[] = [];
  /** What has come while nobody listened of those who may. */
  readonly #waiting: OwnQueue<ArrivedConnection> = createOwnQueue();
  #turn = 0;

  constructor(core: StreamCore, handle: SocketHandle) {
    this.#core = core;
    this.#handle = handle;
  }

  get isLent(): boolean {
    return this.#lent.length > 0;
  }

  lend(channel: number): number {
    const status = this.#handle.isListening() ? 0 : this.#handle.listen(MOST_WAITING);
    const number = giveStream(this.#core, channel, this.#handle.noteOf(status));
    if (number < 0) return number;
    const lent: Lent = { control: new HostEnd(this.#core.guest, number, "PIPEWRAP"), isListening: false };
    ArrayPrototypePush(this.#lent, lent);
    this.#awaitNews(lent);
    return 0;
  }

  arrive(arrived: ArrivedConnection): void {
    if (this.#waiting.length >= MOST_WAITING) {
      arrived.end.close();
      return;
    }
    this.#waiting.put(arrived);
    this.#share();
  }

  close(): void {
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.end.close();
  }

  #awaitNews(lent: Lent): void {
    lent.control.read((arrival) => {
      lent.isListening = typeof arrival !== "number";
      if (lent.isListening) {
        this.#awaitNews(lent);
      } else {
        lent.control.close();
        removeAt(this.#lent, ArrayPrototypeIndexOf(this.#lent, lent));
        if (this.#lent.length === 0 && this.#handle.isOver()) {
          this.#handle.stopListening();
          return;
        }
      }
      this.#share();
    });
  }

  #share(): void {
    while (this.#waiting.length > 0 && this.#mayShare()) {
      const arrived = this.#waiting.take();
      if (arrived !== undefined) this.#giveTurn(arrived);
    }
  }

  #mayShare(): boolean {
    if (this.#handle.isWanted() || this.#lent.length === 0) return true;
    for (let index = 0; index < this.#lent.length; index++) if (this.#lent[index]?.isListening === true) return true;
    return false;
  }

  #giveTurn(arrived: ArrivedConnection): void {
    for (let tries = 0; tries <= this.#lent.length; tries++) {
      this.#turn = (this.#turn + 1) % (this.#lent.length + 1);
      const lent = this.#lent[this.#turn];
      if (lent === undefined && this.#handle.isWanted()) {
        this.#handle.offer(0, arrived);
        return;
      }
      if (lent?.isListening === true && this.#give(lent, arrived)) return;
    }
    arrived.end.close();
  }

  #give({ control }: Lent, { end, local, remote }: ArrivedConnection): boolean {
    const { guest } = this.#core;
    const own = this.#handle.noteOf(0);
    const note: GivenNote = { kind: own.kind, listens: false, local: local ?? own.local, remote, status: 0 };
    const stream = giveStream(this.#core, control.stream, note);
    if (stream < 0) return false;
    lendEnd(end, new HostEnd(guest, stream, "TCPWRAP"));
    guest.calls.request("stream.write", [control.stream], ignore, { input: NEWS, ref: false });
    return true;
  }
}

function ignore(): void {}
