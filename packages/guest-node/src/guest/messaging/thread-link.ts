import { ChannelEnd } from "../children/channel-end.ts";
import type { Guest } from "../guest.ts";
import { LockLink, type LockMessage } from "../locks/lock-link.ts";
import { ArrayPrototypePush, withoutPrototype } from "../past-prototypes.ts";
import {
  ArrayPrototypeShift,
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
} from "../primordial.ts";
import { UV_EOF } from "../streams/stream-end.ts";
import { type AskedUsage, usageOf } from "../workers/thread-usage.ts";
import { ArrivedFrames, framed } from "./arrived-frames.ts";
import { LinkMemories } from "./link-memories.ts";
import type { Message } from "./message.ts";
import type { PortHub } from "./port-hub.ts";
import { createPortState, type PortItem, type PortState } from "./port-state.ts";
import { type Carrier, receivedOf, type SentMemory, type SentMessage, sentOf } from "./sent-message.ts";

/** What goes over a link. Every property is always there. */
type Frame =
  | { readonly kind: "message"; readonly port: number; readonly message: SentMessage }
  | { readonly kind: "close"; readonly port: number }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "lock"; readonly lock: LockMessage }
  | { readonly kind: "ask"; readonly question: number; readonly usage: AskedUsage }
  | { readonly kind: "told"; readonly question: number; readonly value: unknown }
  | { readonly kind: "memory"; readonly change: SentMemory }
  | { readonly kind: "broadcast"; readonly name: string; readonly message: SentMessage };

/** By this number both sides know the channel that is there from the beginning. */
const FIRST_PORT = 0;
const UV_EINTR = -4;

/**
 * The way between two threads of a guest, each an isolate in a cell of its own: their host carries bytes. All channels
 * between the two go over it, by number. An end that has moved away leaves one here that passes on what comes for it.
 */
export class ThreadLink implements Carrier {
  /** What the two tell each other of locks. */
  readonly locks: LockLink;
  readonly #guest: Guest;
  readonly #hub: PortHub;
  readonly #ports: Map<number, PortState> = new Map();
  readonly #waiting: Uint8Array[] = [];
  readonly #arrived: ArrivedFrames = new ArrivedFrames();
  /** Ends that move away with the message that is being sent. */
  readonly #moved: PortState[] = [];
  /** What is to be called with the answer to each question, by its number; with nothing when there is none. */
  readonly #questions: Map<number, (value: unknown) => void> = new Map();
  #lastQuestion = 0;
  /** Each side counts in steps of two. */
  #nextPort: number;
  readonly #memories: LinkMemories;
  /** Frames that came while the thread sat in a call, and that a program may hear of. */
  readonly #later: Frame[] = [];
  #end: ChannelEnd | undefined;
  #isOver = false;
  #isAwaiting = false;

  /** @param isParent whether this side has started the other one */
  constructor(guest: Guest, hub: PortHub, isParent: boolean) {
    this.#guest = guest;
    this.#hub = hub;
    this.#nextPort = isParent ? 2 : 1;
    this.locks = new LockLink({
      guest,
      send: (lock) => this.#send({ kind: "lock", lock }),
      keeper: () => hub.locks,
    });
    this.#memories = new LinkMemories(guest, {
      firstNumber: this.#nextPort,
      tell: (change) => this.#send({ kind: "memory", change }),
      awaitMore: () => this.#awaitMore(),
    });
    hub.addLink(this);
  }

  /** The end here of the channel that is there from the beginning. */
  firstPort(): object {
    return this.#hub.createPort(this.adopt(FIRST_PORT));
  }

  /** Begins to send, what waits first, and to receive; `onEnd`: nothing more comes. */
  begin(stream: number, onEnd: () => void): void {
    const end = new ChannelEnd(this.#guest, stream);
    this.#end = end;
    this.#flush();
    const read = (): void => {
      const from = this.#arrived.arrivedBytes;
      end.readFrom(from, (arrival) => {
        // What it would have brought may have come in a call: it brings that once more, or nothing.
        const isPassed = arrival === UV_EINTR || from !== this.#arrived.arrivedBytes;
        if (isPassed) return read();
        if (typeof arrival === "number") {
          end.close();
          this.close();
          return onEnd();
        }
        this.#takeInTurn(arrival);
        read();
      });
    };
    read();
  }

  /** Asks the other side what it uses; answers nothing (`undefined`) when it is gone before it has told. */
  ask(usage: AskedUsage, onTold: (value: unknown) => void): void {
    const question = ++this.#lastQuestion;
    MapPrototypeSet(this.#questions, question, onTold);
    this.#send({ kind: "ask", question, usage });
  }

  /** Stays in this call until the host has all that was sent. */
  drain(): void {
    this.#end?.drain();
  }

  /** The other side is gone. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#takeLater();
    this.#hub.removeLink(this);
    this.locks.close();
    this.#memories.close();
    MapPrototypeForEach(this.#questions, (onTold: (value: unknown) => void, question: number) => {
      MapPrototypeDelete(this.#questions, question);
      onTold(undefined);
    });
    MapPrototypeForEach(this.#ports, (state: PortState, port: number) => {
      MapPrototypeDelete(this.#ports, port);
      state.forward = undefined;
      this.#hub.close(state);
    });
  }

  attach(moved: PortState): number {
    const port = this.#nextPort;
    this.#nextPort += 2;
    this.#join(port, moved);
    ArrayPrototypePush(this.#moved, moved);
    return port;
  }

  adopt(port: number): PortState {
    const here = createPortState(false);
    const there = createPortState(false);
    here.peers = [there];
    there.peers = [here];
    this.#join(port, there);
    return here;
  }

  shareMemory(memory: SharedArrayBuffer): SentMemory {
    return this.#memories.share(memory);
  }

  takeMemory(sent: SentMemory): SharedArrayBuffer {
    return this.#memories.take(sent);
  }

  broadcast(name: string, message: Message): void {
    this.#send({ kind: "broadcast", name, message: sentOf(message, this) });
  }

  /** The guest has changed its working directory. */
  tellDirectory(path: string): void {
    this.#send({ kind: "directory", path });
  }

  #join(port: number, state: PortState): void {
    if (this.#isOver) {
      this.#hub.close(state);
      return;
    }
    MapPrototypeSet(this.#ports, port, state);
    state.forward = (item: PortItem) => {
      if (item !== "close") {
        this.#memories.isBeginning = port === FIRST_PORT;
        this.#send({ kind: "message", port, message: sentOf(item, this) });
        return;
      }
      MapPrototypeDelete(this.#ports, port);
      this.#send({ kind: "close", port });
    };
  }

  #send(frame: Frame): void {
    if (this.#isOver) return;
    const { bytes } = this.#guest.native.serdes.writeMessage(frame, [], withoutPrototype({}));
    ArrayPrototypePush(this.#waiting, framed(bytes));
    this.#flush();
    // What they have not read yet goes behind it.
    for (let moved = ArrayPrototypeShift(this.#moved); moved !== undefined; moved = ArrayPrototypeShift(this.#moved)) {
      this.#hub.pass(moved);
    }
  }

  #flush(): void {
    const end = this.#end;
    if (end === undefined) return;
    for (let next = ArrayPrototypeShift(this.#waiting); next !== undefined; next = ArrayPrototypeShift(this.#waiting)) {
      // Nobody reads it any more where that fails: the end of the link says so.
      end.write(next, true, nothing);
    }
  }

  /** What comes is counted before a program hears of anything: it may wait for more there and then. */
  #takeInTurn(arrival: Uint8Array): void {
    this.#arrived.add(arrival);
    this.#takeLater();
    this.#takeFrames();
  }

  /** Stays in this call until something has come. @throws when nothing comes any more */
  #awaitMore(): void {
    this.drain();
    this.#isAwaiting = true;
    try {
      // What is awaited may have come with what the program hears of just now.
      while (!this.#takeFrames()) this.#readPast();
    } finally {
      this.#isAwaiting = false;
    }
    this.#guest.loop.post(() => this.#takeLater());
  }

  #readPast(): void {
    const arrival = this.#end?.readPast(this.#arrived.arrivedBytes) ?? UV_EOF;
    if (typeof arrival === "number") throw this.#silence(arrival);
    this.#arrived.add(arrival);
  }

  #silence(status: number): Error {
    const { calls, errors } = this.#guest;
    if (status === UV_EOF) return errors.coded("Error", "ERR_WORKER_NOT_RUNNING", "Worker instance not running");
    const why = calls.reason() ?? errors.name(status);
    return errors.coded("Error", "ERR_VIVARIUM_UNIMPLEMENTED", `A thread cannot be waited for here: ${why}`);
  }

  #takeLater(): void {
    for (let frame = ArrayPrototypeShift(this.#later); frame; frame = ArrayPrototypeShift(this.#later)) {
      this.#handle(frame);
    }
  }

  /** Takes what has come; false when no frame is whole yet. */
  #takeFrames(): boolean {
    let isAny = false;
    for (let frame = this.#arrived.next(); frame !== undefined; frame = this.#arrived.next()) {
      isAny = true;
      this.#receive(frame);
    }
    return isAny;
  }

  #receive(bytes: Uint8Array): void {
    const content = withoutPrototype({ bytes, arrayBuffers: [], sharedArrayBuffers: [], wasmModules: [] });
    const frame = this.#guest.native.serdes.readMessage(content, withoutPrototype({})) as Frame;
    if (this.#isAwaiting && mayBeHeard(frame)) ArrayPrototypePush(this.#later, frame);
    else this.#handle(frame);
  }

  #handle(frame: Frame): void {
    if (frame.kind === "memory") {
      this.#memories.changed(frame.change);
      return;
    }
    if (frame.kind === "broadcast") {
      this.#hub.broadcasted(frame.name, receivedOf(this.#guest, frame.message, this), this);
      return;
    }
    if (frame.kind === "directory") {
      this.#hub.changeDirectory(frame.path, this);
      return;
    }
    if (frame.kind === "lock") {
      if (this.#isAwaiting) this.locks.take(frame.lock);
      else this.#guest.loop.enter(() => this.locks.take(frame.lock));
      return;
    }
    if (frame.kind === "ask") {
      this.#send({ kind: "told", question: frame.question, value: usageOf(this.#guest, frame.usage) });
      return;
    }
    if (frame.kind === "told") {
      const onTold = MapPrototypeGet(this.#questions, frame.question);
      MapPrototypeDelete(this.#questions, frame.question);
      onTold?.(frame.value);
      return;
    }
    const state = MapPrototypeGet(this.#ports, frame.port);
    if (state === undefined) return;
    if (frame.kind === "message") {
      this.#memories.isBeginning = frame.port === FIRST_PORT;
      const message = receivedOf(this.#guest, frame.message, this);
      if (frame.port === FIRST_PORT) this.#hub.keepDirectoryCounter(message);
      this.#hub.give(state, message);
      return;
    }
    MapPrototypeDelete(this.#ports, frame.port);
    state.forward = undefined;
    this.#hub.close(state);
  }
}

/** Whether a program hears of it there and then. What another thread wants of locks, it may wait for while it is waited for. */
function mayBeHeard(frame: Frame): boolean {
  if (frame.kind === "lock") return frame.lock.kind !== "request" && frame.lock.kind !== "release";
  return frame.kind === "ask" || frame.kind === "told";
}

function nothing(): void {}
