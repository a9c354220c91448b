import { availableParallelism } from "node:os";
import { LongRecord } from "./long-record.ts";

/** What one plugin does at one go. */
export interface Go {
  /** What it belongs to, for as long as what that has done is to be remembered. */
  readonly who: object;
  /** CPU time that it has used, in milliseconds; undefined where nobody can tell. */
  readonly usedMs: () => number | undefined;
  /** Stops it where it is, until it is resumed. */
  readonly suspend: () => void;
  readonly resume: () => void;
}

/** For how long some compute before it is asked whether others may, in milliseconds. */
const SLICE_MS = 20;
/** Where others need all processors, one of those who compute for long has one slice of so many. */
const FULL_SLICES = 4;
/** Who has computed hardly anything in so many slices of its own waits for something, and needs none. */
const IDLE_SLICES = 5;
/** Less than this in a slice is hardly anything, in milliseconds: to be stopped and go on takes some, too. */
const HARDLY_MS = 0.5;
/** How far whoever comes goes before those that are there, at most, in milliseconds: what is long ago counts for nobody. */
const CREDIT_MS = 250;

/** Somebody who takes turns. */
interface Long {
  readonly go: Go;
  readonly record: LongRecord;
  isRunning: boolean;
  seenMs: number;
  /** When that was seen. */
  seenAt: number;
  /** How many of its slices have passed in which it has computed hardly anything. */
  idleSlices: number;
}

/** Somebody who is being told of something, and takes no turns. */
interface Short {
  /** CPU time that it had used when it was last asked for that. */
  seenMs: number | undefined;
  /** Whether it waits for something, as far as is known. */
  isIdle: boolean;
}

/**
 * Those who compute for long at one go have the processors that nobody else needs, and a little where there is none: whoever has
 * had the least of such turns goes first. All of them together are hardly anything to the others, and who takes a little longer
 * once does not wait for those who compute without end. Who does so again and again has such turns from the start.
 *
 * A turn counts as a whole for whoever computes in it: a little in each would keep it from the others for next to nothing. Whoever
 * only waits for something goes on, and takes no processor from anybody.
 */
export class LongGoes {
  readonly #processors: number;
  readonly #short: Map<Go, Short> = new Map();
  readonly #long: Map<Go, Long> = new Map();
  readonly #records: WeakMap<object, LongRecord> = new WeakMap();
  /** Whose present go is on record. */
  readonly #recorded: WeakSet<Go> = new WeakSet();
  /** What all who compute have had of such turns at least. Whoever comes later has missed nothing. */
  #leastMs = 0;
  #slices = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param processors how many there are. @default those of the machine */
  constructor(processors: number = availableParallelism()) {
    this.#processors = processors;
  }

  /** It is told of something from here on. */
  begin(go: Go): void {
    this.#recorded.delete(go);
    if (this.#long.has(go)) return;
    if (this.#recordOf(go).isRepeated(performance.now())) this.#takeTurns(go);
    else {
      this.#short.set(go, { seenMs: undefined, isIdle: false });
      if (this.#isCrowded()) this.#share();
    }
  }

  /** It computes for long. */
  stretch(go: Go): void {
    const { record } = this.#long.get(go) ?? this.#takeTurns(go);
    if (this.#recorded.has(go)) return;
    this.#recorded.add(go);
    record.add(performance.now());
  }

  /** It is through with what it was told of. */
  end(go: Go): void {
    this.#short.delete(go);
    this.#recorded.delete(go);
    const long = this.#long.get(go);
    if (long === undefined) return;
    // Those who often compute for long do so between what they are told of, too: whoever does not is soon seen to be idle.
    if (!long.record.isRepeated(performance.now())) this.leave(go);
  }

  /** It goes on as it likes. Idempotent. */
  leave(go: Go): void {
    this.#short.delete(go);
    const long = this.#long.get(go);
    if (long === undefined) return;
    if (long.isRunning) charge(long);
    else go.resume();
    this.#long.delete(go);
    this.#share();
    if (this.#long.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #takeTurns(go: Go): Long {
    this.#short.delete(go);
    go.suspend();
    const record = this.#recordOf(go);
    record.hadMs = Math.max(record.hadMs, this.#leastMs - CREDIT_MS);
    const seen = { seenMs: go.usedMs() ?? 0, seenAt: performance.now() };
    const long = { go, record, isRunning: false, ...seen, idleSlices: 0 };
    this.#long.set(go, long);
    this.#share();
    this.#timer ??= setInterval(() => this.#look(), SLICE_MS).unref();
    return long;
  }

  #look(): void {
    this.#slices += 1;
    for (const [go, short] of this.#short) observe(go, short);
    for (const long of this.#long.values()) {
      if (!long.isRunning) continue;
      charge(long);
      if (long.idleSlices >= IDLE_SLICES) this.leave(long.go);
    }
    this.#raiseLeast();
    this.#share();
  }

  #raiseLeast(): void {
    const had = [...this.#long.values()].filter((long) => !isIdle(long)).map(({ record }) => record.hadMs);
    if (had.length > 0) this.#leastMs = Math.max(this.#leastMs, Math.min(...had));
  }

  /** Those run who may, beside those who only wait for something. */
  #share(): void {
    const busy = [...this.#long.values()].filter((long) => !isIdle(long));
    const sorted = busy.sort((one, other) => one.record.hadMs - other.record.hadMs);
    const most = this.#room();
    // First those that are to wait: nobody is to run beside them.
    for (const long of sorted.slice(most)) setRunning(long, false);
    for (const long of sorted.slice(0, most)) setRunning(long, true);
  }

  /** How many may run at present. */
  #room(): number {
    const free = this.#processors - [...this.#short.values()].filter(({ isIdle }) => !isIdle).length;
    return free > 0 ? free : Number(this.#slices % FULL_SLICES === 0);
  }

  /** Whether more run than may. */
  #isCrowded(): boolean {
    if (this.#long.size === 0) return false;
    return [...this.#long.values()].filter((long) => long.isRunning && !isIdle(long)).length > this.#room();
  }

  #recordOf({ who }: Go): LongRecord {
    const record = this.#records.get(who) ?? new LongRecord();
    this.#records.set(who, record);
    return record;
  }
}

function setRunning(long: Long, isRunning: boolean): void {
  if (long.isRunning === isRunning) return;
  if (long.isRunning) charge(long);
  long.isRunning = isRunning;
  long.seenAt = performance.now();
  if (isRunning) long.go.resume();
  else long.go.suspend();
}

/** Whether it has a turn, and makes no use of it. */
function isIdle({ isRunning, idleSlices }: Long): boolean {
  return isRunning && idleSlices > 0;
}

/** What one that has a turn has had of it since it was last asked. */
function charge(long: Long): void {
  const now = performance.now();
  const usedMs = long.go.usedMs() ?? long.seenMs;
  const newlyMs = usedMs - long.seenMs;
  const isComputing = newlyMs >= HARDLY_MS;
  long.idleSlices = isComputing ? 0 : long.idleSlices + 1;
  long.record.hadMs += isComputing ? Math.max(newlyMs, now - long.seenAt) : newlyMs;
  long.seenMs = usedMs;
  long.seenAt = now;
}

/** Who has been told of something only since the last look counts as computing. */
function observe(go: Go, short: Short): void {
  const usedMs = go.usedMs();
  short.isIdle = usedMs !== undefined && short.seenMs !== undefined && usedMs - short.seenMs < HARDLY_MS;
  short.seenMs = usedMs;
}
