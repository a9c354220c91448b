import type { Binding, Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { watchSignal } from "../signals.ts";

interface SignalHandle {
  onsignal?: (signal: number) => void;
}

const UV_EINVAL = -22;
const SIGKILL = 9;
const SIGSTOP = 19;

/** Signals that the guest sends to itself, or that whoever has started it sends. */
export function signalWrapBinding(guest: Guest): Binding {
  class Signal {
    readonly #loop: LoopHandle = { name: "SignalWrap", active: false, ref: true, listed: false, object: this };
    #stop: (() => void) | undefined;

    constructor() {
      guest.wraps.adopt(this, "SIGNALWRAP");
    }

    start(signal: number): number {
      if (!(#loop in this)) throw new TypeError("Illegal invocation");
      if (signal === SIGKILL || signal === SIGSTOP) return UV_EINVAL;
      const wrap = guest.wraps.adopt(this, "SIGNALWRAP");
      this.#loop.active = true;
      guest.loop.addHandle(this.#loop);
      this.#stop = watchSignal(guest, signal, () => {
        const { onsignal } = this as SignalHandle;
        if (typeof onsignal === "function") guest.loop.makeCallback(wrap, onsignal, this, signal);
      });
      return 0;
    }

    stop(): number {
      this.#stop?.();
      this.#loop.active = false;
      return 0;
    }

    close(): void {
      this.stop();
    }

    ref(): void {
      this.#loop.ref = true;
    }

    unref(): void {
      this.#loop.ref = false;
    }

    hasRef(): boolean {
      return this.#loop.ref;
    }
  }
  guest.wraps.dress(Signal.prototype);
  return { __proto__: null, Signal };
}
