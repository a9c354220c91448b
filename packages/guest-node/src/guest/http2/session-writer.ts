import { joinBytes } from "../bytes.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import type { Http2Host } from "./http2-host.ts";
import type { Http2SessionHandle } from "./http2-session.ts";
import type { Outgoing } from "./outgoing.ts";
import { tellEvents } from "./session-events.ts";
import { PROTOCOL_ERROR } from "./session-reader.ts";

/** How much is gathered for one write, in bytes. */
const MOST_AT_ONCE = 1_048_576;
const UV_ECANCELED = -125;
/** What `wants` answers the sum of. */
export const WANTS_TO_WRITE = 1;
export const WANTS_TO_READ = 2;
const HAS_GIVEN_UP = 4;

/** Writes what nghttp2 has to send: one write at a time, and nothing is read meanwhile. */
export class SessionWriter {
  readonly #host: Http2Host;
  readonly #session: Http2SessionHandle;
  #handle: StreamHandle | undefined;
  #isScheduled = false;
  #isSending = false;
  #isWriting = false;
  #hasEnded = false;
  #reads = true;
  #isGivenUp = false;
  #touched: Outgoing[] = [];
  #afterwards: (() => void)[] = [];
  chunksSent = 0;

  constructor(host: Http2Host, session: Http2SessionHandle) {
    this.#host = host;
    this.#session = session;
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  open(handle: StreamHandle): void {
    this.#handle = handle;
  }

  stopReading(): void {
    if (this.#handle === undefined || !this.#reads) return;
    this.#reads = false;
    if (this.#host.core.find(this.#handle)?.closed === false) this.#host.core.stop(this.#handle);
  }

  touch(outgoing: Outgoing): void {
    for (let index = 0; index < this.#touched.length; index++) if (this.#touched[index] === outgoing) return;
    ArrayPrototypePush(this.#touched, outgoing);
  }

  schedule(): void {
    if (this.#isScheduled || this.#session.isClosed || this.#isWriting) return;
    if ((this.#host.native.wants(this.#session.native) & WANTS_TO_WRITE) === 0 && this.#touched.length === 0) return;
    this.#isScheduled = true;
    this.#host.guest.loop.post(() => {
      if (this.#isScheduled) this.#session.asOutermost(() => this.send());
    });
  }

  /** Runs something when what is ready has been sent: at once, unless something is being sent. */
  afterwards(run: () => void): void {
    if (this.#isSending || this.#isWriting) ArrayPrototypePush(this.#afterwards, run);
    else {
      this.send();
      run();
    }
  }

  send(): void {
    if (this.#session.isClosed || this.#isSending || this.#isWriting || this.#handle === undefined) return;
    this.#isScheduled = false;
    this.#isSending = true;
    const bytes = this.#gather();
    this.#isSending = false;
    if (bytes === undefined) this.#cleared(0);
    else this.#write(this.#handle, bytes);
    this.#weigh(this.#handle);
  }

  /** The session is over: `ondone` follows when what is being written has left. */
  end(isSocketClosed: boolean): void {
    this.#hasEnded = true;
    const { core, guest } = this.#host;
    if (isSocketClosed) this.#isWriting = false;
    if (isSocketClosed && this.#handle !== undefined) core.listen(this.#handle, undefined);
    // What is being gathered is to leave before the socket is closed.
    if (this.#isSending) guest.loop.post(() => this.#done());
    else if (!this.#isWriting) this.#done();
  }

  #done(): void {
    const { core } = this.#host;
    if (this.#handle !== undefined && core.find(this.#handle)?.closed === false) {
      // From here on the socket hears for itself that the peer has closed.
      core.listen(this.#handle, undefined);
      core.start(this.#handle);
    }
    this.#settle(UV_ECANCELED);
    this.#session.tellOwn("ondone");
  }

  #gather(): Uint8Array | undefined {
    const pieces: Uint8Array[] = [];
    let total = 0;
    while (total < MOST_AT_ONCE) {
      const answer = this.#host.native.send(this.#session.native);
      tellEvents(answer, this.#session.reader);
      const bytes = answer[1] as Uint8Array | undefined;
      for (let index = 0; index < this.#touched.length; index++) this.#touched[index]?.pump();
      if (bytes === undefined) {
        // What was told may have led to more.
        if (answer.length > 2 && (answer[0] as number) >= 0) continue;
        break;
      }
      ArrayPrototypePush(pieces, bytes);
      total += TypedArrayPrototypeGetLength(bytes);
    }
    // Of an empty list, a program may have put something on the prototype.
    if (pieces.length === 0) return undefined;
    return pieces.length === 1 ? pieces[0] : joinBytes(pieces, total);
  }

  #write(handle: StreamHandle, bytes: Uint8Array): void {
    const { core } = this.#host;
    const state = core.stateOf(handle);
    if (state.closed || state.end === undefined) {
      // The program has closed the socket itself: as in Node, that is for the session to tell, and no failure of a write.
      this.#cleared(0);
      return;
    }
    this.#isWriting = true;
    this.chunksSent++;
    state.bytesWritten += TypedArrayPrototypeGetLength(bytes);
    const status = state.end.write(bytes, true, (settled) => {
      if (!state.closed) core.hold(state, -1);
      this.#session.asOutermost(() => this.#written(handle, settled));
    });
    if (status !== undefined) {
      this.#isWriting = false;
      this.#cleared(status);
      return;
    }
    core.hold(state, 1);
  }

  /** Reads on, or not: nothing while something is written, and no more of what nghttp2 does not look at any longer. */
  #weigh(handle: StreamHandle): void {
    if (this.#session.isClosed || this.#isGivenUp) return;
    this.#isGivenUp = (this.#host.native.wants(this.#session.native) & HAS_GIVEN_UP) !== 0;
    if (this.#isWriting || this.#isGivenUp) this.stopReading();
    else this.#resume(handle);
    if (this.#isGivenUp) this.#session.reader.invalid(PROTOCOL_ERROR);
  }

  #resume(handle: StreamHandle): void {
    if (this.#reads || this.#host.core.find(handle)?.closed !== false) return;
    this.#reads = true;
    this.#host.core.start(handle);
  }

  #written(handle: StreamHandle, status: number): void {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    if (this.#hasEnded) {
      this.#settle(status);
      this.#done();
      return;
    }
    this.#cleared(status);
    this.#weigh(handle);
    this.schedule();
  }

  #cleared(status: number): void {
    this.#settle(status);
    this.#runAfterwards();
    this.#session.noticeEnd();
  }

  #runAfterwards(): void {
    if (this.#afterwards.length === 0) return;
    const waiting = this.#afterwards;
    this.#afterwards = [];
    this.send();
    for (let index = 0; index < waiting.length; index++) waiting[index]?.();
  }

  #settle(status: number): void {
    const touched = this.#touched;
    this.#touched = [];
    for (let index = 0; index < touched.length; index++) touched[index]?.settle(status);
  }
}
