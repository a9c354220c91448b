import type { ChildEnd, ChildStart } from "@vivarium/core";
import { explainFailure } from "../children/explain-failure.ts";
import { refuseChild } from "../children/refuse-child.ts";
import {
  type SpawnOptions,
  type StdioOption,
  type StdioTarget,
  stdioTargets,
  wishOf,
} from "../children/spawn-options.ts";
import { StartedChild } from "../children/started-child.ts";
import type { Binding, Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { JSONParse } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";

const UV_EINVAL = -22;
const UV_ESRCH = -3;
const UV_EIO = -5;
const PROVIDER = "PROCESSWRAP";

interface ProcessHandle {
  readonly onexit?: (status: number, signal: string) => void;
}

/** Children that the guest does not wait for. */
export function processWrapBinding(guest: Guest, core: StreamCore): Binding {
  const { calls, loop } = guest;

  class Process {
    /** Absent of one that could not be started. */
    pid: number | undefined;
    readonly #loop: LoopHandle = { name: "ProcessWrap", active: false, ref: true, listed: false, object: this };
    #child: StartedChild | undefined;

    constructor() {
      guest.wraps.adopt(this, PROVIDER);
    }

    /** Its parameters are many: the library hands over one by one what it is told. */
    spawn(
      file: string,
      args: readonly string[] | undefined,
      cwd: string | undefined,
      envPairs: readonly string[] | undefined,
      stdio: readonly StdioOption[],
      _flags: number,
      uid: number | undefined,
      gid: number | undefined,
    ): number {
      if (this.#child !== undefined) return UV_EINVAL;
      const options: SpawnOptions = { __proto__: null, file, args, cwd, envPairs, stdio, uid, gid } as SpawnOptions;
      const targets = stdioTargets(core, options);
      const answer = calls.sync("child.spawn", wishOf(options, targets));
      if (typeof answer === "string") {
        this.#begin(JSONParse(answer) as ChildStart, stdio, targets);
        return 0;
      }
      const status = typeof answer === "number" ? answer : UV_EIO;
      return refuseChild(core, { owner: ownerOf(guest, this), status, reason: calls.reason(), stdio, targets });
    }

    kill(signal: number): number {
      return this.#child?.kill(signal) ?? UV_ESRCH;
    }

    close(callback?: () => void): void {
      this.#loop.active = false;
      const wrap = guest.wraps.adopt(this, PROVIDER);
      loop.close(() => {
        guest.wraps.release(wrap);
        if (typeof callback === "function") loop.makeCallback(wrap, callback, this);
      });
    }

    ref(): void {
      this.#loop.ref = true;
    }

    unref(): void {
      this.#loop.ref = false;
    }

    hasRef(): boolean {
      return this.#loop.ref && this.#loop.active;
    }

    #begin(start: ChildStart, stdio: readonly StdioOption[], targets: readonly StdioTarget[]): void {
      this.pid = start.pid;
      this.#loop.active = true;
      loop.addHandle(this.#loop);
      const onEnd = (end: ChildEnd): void => this.#exit(end);
      this.#child = new StartedChild({ guest, core, start, stdio, targets, onEnd });
    }

    #exit({ code, signal, error, reason }: ChildEnd): void {
      this.#loop.active = false;
      const { onexit } = this as ProcessHandle;
      if (typeof onexit !== "function") return;
      // It has not been one at all.
      const failed = code === null && signal === null;
      if (failed) explainFailure(ownerOf(guest, this), reason);
      const status = failed ? (error ?? UV_EIO) : (code ?? 0);
      loop.makeCallback(guest.wraps.adopt(this, PROVIDER), onexit, this, status, signal ?? "");
    }
  }
  guest.wraps.dress(Process.prototype);
  return { __proto__: null, Process };
}

function ownerOf(guest: Guest, handle: object): object | undefined {
  return (handle as Record<symbol, object | undefined>)[guest.symbols["owner_symbol"] as symbol];
}
