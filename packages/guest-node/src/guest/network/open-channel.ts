import { ChannelEnd } from "../children/channel-end.ts";
import { setOwn } from "../past-prototypes.ts";
import { MathMin, StringPrototypeIncludes, StringPrototypeSlice, TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { Arrival } from "../streams/stream-end.ts";

/** With these words Node's library says that a handle was given with a message. */
const MARK = "NODE_HANDLE";
const LATIN1 = 4;

/** A channel of messages that handles are given over, to its parent or child, of a guest. */
class GivingChannelEnd extends ChannelEnd {
  readonly #core: StreamCore;
  readonly #onGiven: () => void;
  /** How the last piece has ended, which may have parted the mark. */
  #tail = "";

  constructor(core: StreamCore, stream: number, onGiven: () => void) {
    super(core.guest, stream);
    this.#core = core;
    this.#onGiven = onGiven;
  }

  override read(deliver: (arrival: Arrival, reason?: string) => void): void {
    super.read((arrival, reason) => {
      // Before the message is handed over: the library looks there when that comes.
      if (typeof arrival !== "number" && this.#hasMark(arrival)) this.#onGiven();
      deliver(arrival, reason);
    });
  }

  #hasMark(piece: Uint8Array): boolean {
    const { buffer } = this.#core.guest.native;
    const length = TypedArrayPrototypeGetLength(piece);
    const seam = this.#tail + buffer.latin1Slice(piece, 0, MathMin(MARK.length, length));
    const most = MARK.length - 1;
    this.#tail = length < most ? StringPrototypeSlice(seam, -most) : buffer.latin1Slice(piece, length - most, length);
    return StringPrototypeIncludes(seam, MARK) || buffer.indexOfString(piece, MARK, 0, LATIN1, true) >= 0;
  }
}

/** Puts a channel of messages behind the library's handle for it. */
export function openChannel(core: StreamCore, handle: object, stream: number): void {
  const onGiven = (): void => setOwn(handle, "pendingHandle", core.takeGiven(stream) ?? null);
  core.attach(handle, new GivingChannelEnd(core, stream, onGiven));
}
