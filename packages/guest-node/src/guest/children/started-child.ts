import type { ChildEnd, ChildStart } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import { openChannel } from "../network/open-channel.ts";
import { JSONParse } from "../primordial.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { endSource, handleSource, pump, pumpAndShut } from "../streams/stream-pump.ts";
import { rememberChild } from "./child-registry.ts";
import { OutputEnd } from "./output-end.ts";
import { signalChild } from "./signal-child.ts";
import type { StdioOption, StdioTarget } from "./spawn-options.ts";

const UV_EIO = -5;
const UV_ESRCH = -3;
const STDIN = 0;
const PIPE = "PIPEWRAP";

export interface StartedChildOptions {
  readonly guest: Guest;
  readonly core: StreamCore;
  readonly start: ChildStart;
  readonly stdio: readonly StdioOption[];
  readonly targets: readonly StdioTarget[];
  /**
   * It has ended, what the guest carries of its output itself has been carried, and what the program reads of it, without a
   * pause, has been read: as a system has it, of which a pipe's bytes are there when a process ends.
   */
  readonly onEnd: (end: ChildEnd) => void;
}

/** A child that is there, as its guest sees it. */
export class StartedChild {
  readonly #options: StartedChildOptions;
  readonly #forget: () => void;
  readonly #outputs: OutputEnd[] = [];
  #pumps = 0;
  #isOver = false;
  #end: ChildEnd | undefined;

  constructor(options: StartedChildOptions) {
    this.#options = options;
    const { guest, start, targets } = options;
    this.#forget = rememberChild(guest, start.pid, start.child);
    for (let index = 0; index < targets.length; index++) this.#join(index);
    const ended = (result: unknown): void => {
      const error = typeof result === "number" ? result : UV_EIO;
      this.#end = typeof result === "string" ? (JSONParse(result) as ChildEnd) : { code: null, signal: null, error };
      this.#finish();
    };
    // The handle, not the request, decides whether the loop stays alive.
    guest.calls.request("child.wait", [start.child], ended, { ref: false, resource: "ProcessWrap" });
  }

  kill(signal: number): number {
    const { guest, start } = this.#options;
    return this.#end === undefined ? signalChild(guest, start.child, signal) : UV_ESRCH;
  }

  /** Puts a stream of the child behind the library's handle, or carries what goes over it. */
  #join(index: number): void {
    const { guest, core, start, stdio, targets } = this.#options;
    const stream = start.streams[index];
    if (typeof stream !== "number") return;
    const target = targets[index];
    const own = target?.end;
    const handle = stdio[index]?.handle;
    if (target?.wish === "ipc") {
      if (handle !== undefined) openChannel(core, handle, stream);
      return;
    }
    if (own === undefined && index !== STDIN) {
      if (handle !== undefined) core.attach(handle, this.#output(stream));
      return;
    }
    const childEnd = new HostEnd(guest, stream, PIPE);
    if (own === undefined) {
      if (handle !== undefined) core.attach(handle, childEnd);
    } else if (index === STDIN) {
      const source = target?.handle === undefined ? endSource(own) : handleSource(core, target.handle);
      pumpAndShut(source, childEnd);
    } else {
      this.#pumps++;
      pump(endSource(childEnd), own, () => {
        this.#pumps--;
        this.#finish();
      });
    }
  }

  #output(stream: number): OutputEnd {
    const end = new OutputEnd(this.#options.guest, stream, { resource: PIPE, onQuiet: () => this.#finish() });
    this.#outputs[this.#outputs.length] = end;
    return end;
  }

  #finish(): void {
    if (this.#end === undefined || this.#pumps > 0 || this.#isOver) return;
    for (let index = 0; index < this.#outputs.length; index++) if (this.#outputs[index]?.asks === true) return;
    this.#isOver = true;
    this.#forget();
    this.#options.onEnd(this.#end);
  }
}
