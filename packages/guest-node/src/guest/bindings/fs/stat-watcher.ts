import type { Binding } from "../../guest.ts";
import { HandlePart } from "../../handle-part.ts";
import type { FsParts } from "./fs-parts.ts";
import { STAT_FIELDS } from "./stat-values.ts";

type Figures = Float64Array | BigInt64Array;
type SetTimer = (callback: () => void, delayMs: number) => object;

/** Fields that make no difference: rdev, block size and blocks, the time of access. Order of a stat record. */
const ignored = [5, 6, 9, 10, 11];

/** `StatWatcher`: looks at a path again and again, as libuv does. */
export function watchOperations({ guest, stats, text }: FsParts): Binding {
  const { calls } = guest;

  class StatWatcher {
    readonly #handle = new HandlePart(guest, this, "STATWATCHER", "StatWatcher");
    readonly #isWide: boolean;
    /** What was last seen there; zeros before there was anything. */
    #last: Figures;
    /** Of the last look: 0, or why it has failed; absent before the first. */
    #status: number | undefined;

    constructor(bigint: unknown) {
      this.#isWide = bigint === true;
      this.#last = zeros(this.#isWide);
    }

    start(path: unknown, intervalMs: unknown): number {
      if (this.#handle.isActive || this.#handle.isClosed) return 0;
      this.#handle.start();
      this.#look(text.path(path), typeof intervalMs === "number" ? intervalMs : 0);
      return 0;
    }

    ref(): void {
      this.#handle.isReferenced = true;
    }

    unref(): void {
      this.#handle.isReferenced = false;
    }

    hasRef(): boolean {
      return this.#handle.isReferenced;
    }

    close(callback?: unknown): void {
      this.#handle.close(callback);
    }

    #look(path: string, intervalMs: number): void {
      if (this.#handle.isClosed) return;
      const answered = (result: unknown): void => {
        if (this.#handle.isClosed) return;
        const isThere = typeof result === "number" && result >= 0;
        this.#compare(
          isThere ? 0 : (result as number),
          isThere ? stats.takeStat(this.#isWide, true) : zeros(this.#isWide),
        );
        // Nobody hears of the timer: the handle keeps the loop alive.
        const later = guest.library.require("internal/timers")["setUnrefTimeout"] as SetTimer;
        later(() => this.#look(path, intervalMs), intervalMs);
      };
      calls.request("fs.stat", [path, true], answered, { ref: false, resource: "STATWATCHER" });
    }

    #compare(status: number, seen: Figures): void {
      const before = this.#status;
      const last = this.#last;
      this.#status = status;
      if (status === 0) this.#last = seen;
      const isFirst = before === undefined && status === 0;
      const isSame = status === 0 ? before === 0 && isEqual(seen, last) : before === status;
      if (isFirst || isSame) return;
      const { onchange } = this as { readonly onchange?: unknown };
      this.#handle.call(onchange, status, beside(seen, last, this.#isWide));
    }
  }
  guest.wraps.dress(StatWatcher.prototype);
  return { StatWatcher };
}

const zeros = (isWide: boolean): Figures => (isWide ? new BigInt64Array(STAT_FIELDS) : new Float64Array(STAT_FIELDS));

function isEqual(one: Figures, other: Figures): boolean {
  for (let index = 0; index < STAT_FIELDS; index++) {
    if (one[index] !== other[index] && !isIgnored(index)) return false;
  }
  return true;
}

function isIgnored(field: number): boolean {
  for (let index = 0; index < ignored.length; index++) if (ignored[index] === field) return true;
  return false;
}

/** Two stats as the library takes them: what is there now, then what was there before. */
function beside(now: Figures, before: Figures, isWide: boolean): Figures {
  const both = isWide ? new BigInt64Array(2 * STAT_FIELDS) : new Float64Array(2 * STAT_FIELDS);
  for (let index = 0; index < STAT_FIELDS; index++) {
    both[index] = now[index] as never;
    both[index + STAT_FIELDS] = before[index] as never;
  }
  return both;
}
