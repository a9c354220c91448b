import type {
  ChildEnd,
  ChildStart,
  ChildWish,
  EnvAccessRequest,
  Limits,
  PermissionCheck,
  ProcessConfig,
  WorkerWish,
} from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { HostStreams } from "../streams/host-streams.ts";
import { CallFailure, GuestEnded } from "../system-calls/call-failure.ts";
import { reportFault } from "../system-calls/report-fault.ts";
import { Child } from "./child.ts";
import { childEnvironment } from "./child-environment.ts";
import { runChild } from "./child-run.ts";
import { type ChildStreams, childStreams, type OwnStreams } from "./child-streams.ts";
import { type AllowedCommand, allowedCommand, type CommandStartOptions } from "./command-start.ts";
import { type GuestStarts, isNode } from "./guest-start.ts";
import { allowedLine, unlessRefused } from "./line-start.ts";
import { plainLineOf } from "./plain-line.ts";
import type { StreamRoom } from "./stream-room.ts";

export interface ChildrenOptions extends CommandStartOptions {
  readonly envCheck: PermissionCheck<EnvAccessRequest> | undefined;
  /** The variables that the guest itself was given. */
  readonly given: Readonly<Record<string, string>>;
  /** The guest's working directory. */
  readonly cwd: () => string;
  /** What starts guests in the stead of Node. */
  readonly guests: GuestStarts;
  readonly processConfig: ProcessConfig;
  /** The guest's own number. */
  readonly pid: number;
  readonly limits: Pick<Limits, "memoryLimit">;
  readonly streams: HostStreams;
  /** For what the guest and those that it starts have between them. */
  readonly room: StreamRoom;
  readonly own: OwnStreams;
}

/** Children of one guest that are alive, or whose end it has not asked for. */
const MOST_CHILDREN = 64;
/** How long an executor may take to end what has to end, in milliseconds, before nobody waits any more. */
const END_GRACE_MS = 5_000;

/** A child that may be started. */
export interface Prepared extends AllowedCommand {
  /** By which the guest knows it. */
  readonly number: number;
  readonly pid: number;
  readonly isGuest: boolean;
}

/** The children of one guest. They end with it. */
export class Children {
  readonly #options: ChildrenOptions;
  /** By their numbers, until the guest has asked for their end. */
  readonly #known: Map<number, Child> = new Map();
  readonly #living: Set<Child> = new Set();
  readonly #awaited: WeakSet<Child> = new WeakSet();
  #last = 0;
  /** Whether the guest waits for a child in its call. */
  #isAwaiting = false;
  #isClosed = false;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Asks whoever has to be asked. @throws {CallFailure} */
  *prepare(attempt: Attempt, wish: ChildWish, isAwaited: boolean): Steps<Prepared> {
    const { envCheck: check, given, guests, processConfig, own, onDiagnostic, pid } = this.#options;
    this.#assertRoom();
    if (wish.uid !== undefined || wish.gid !== undefined)
      throw new CallFailure("EPERM", "a child has the user of its host, and no other");
    if (wish.worker !== undefined) return this.#prepareWorker(wish, wish.worker, isAwaited);
    const line = plainLineOf(wish);
    const command = line === undefined ? wish : { file: line.words[0], args: line.words };
    const isGuest = isNode(command.file, processConfig);
    // What tells Node's library of a channel is no variable of the guest's.
    const [channel, pairs] = isGuest ? withoutChannel(wish.env) : [[], wish.env];
    const passed = yield* childEnvironment(attempt, pairs, { check, given, onDiagnostic });
    const cwd = wish.cwd === undefined ? this.#options.cwd() : absolute(wish.cwd, this.#options.cwd());
    const number = ++this.#last;
    const identity = { number, pid: pid + number };
    const place = { cwd, env: passed };
    if (!isGuest) {
      const allowed =
        line === undefined
          ? yield* allowedCommand(attempt, wish, place, this.#options)
          : yield* allowedLine(attempt, wish, { line, place }, this.#options);
      return { ...allowed, ...identity, isGuest };
    }
    const [argv0 = command.file, ...args] = command.args;
    const env = Object.freeze({ ...passed, ...Object.fromEntries(channel) });
    const asked = guests.allowed(attempt, {
      command: command.file,
      args,
      argv0,
      cwd,
      env,
      pid: identity.pid,
      isAwaited,
    });
    const allowed = yield* unlessRefused(asked);
    if (allowed instanceof CallFailure) {
      if (line === undefined) throw allowed;
      const shell = yield* unlessRefused(allowedCommand(attempt, wish, place, this.#options));
      if (shell instanceof CallFailure) throw allowed;
      return { ...shell, ...identity, isGuest: false };
    }
    // Its own it has already, whether or not it may look at it.
    if (wish.cwd !== undefined && !(yield* attempt.settle(own.isDirectory(cwd))))
      throw new CallFailure("ENOENT", "its directory does not exist");
    return { ...allowed, ...identity, isGuest };
  }

  /** @throws {CallFailure} */
  #prepareWorker({ env }: ChildWish, worker: WorkerWish, isAwaited: boolean): Prepared {
    // Its parent hears of it over a channel, which a call that waits has not.
    if (isAwaited) throw new CallFailure("EINVAL");
    const allowed = this.#options.guests.worker({ worker, env }, this.#options.cwd());
    return { ...allowed, number: ++this.#last, pid: this.#options.pid, isGuest: true };
  }

  /** The number of the guest's next thread. */
  nextThreadId(): number {
    return this.#options.guests.nextThreadId();
  }

  /** Starts a child, which goes by a number. @throws {CallFailure} */
  spawn(prepared: Prepared, wish: ChildWish): ChildStart {
    const { own, streams, room } = this.#options;
    const { number, isGuest } = prepared;
    this.#assertRoom();
    const { numbers, ...given } = childStreams(wish.stdio, { own, streams, room: isGuest ? room : undefined });
    try {
      this.#known.set(number, this.start(prepared, given));
      return { child: number, pid: prepared.pid, streams: numbers };
    } catch (error) {
      for (const stream of numbers) if (stream !== null) streams.close(stream);
      throw error;
    }
  }

  /**
   * Runs a child to its end: how that was, and what it has written, in the form of `child.run` and in pieces. One at a time: a guest waits
   * for it in its call, and what it writes is kept meanwhile.
   *
   * @throws {CallFailure} `EBUSY`, and what {@link start} throws
   */
  async run(prepared: Prepared, wish: ChildWish, input: Uint8Array): Promise<[Uint8Array, ...Uint8Array[]]> {
    if (this.#isAwaiting) throw new CallFailure("EBUSY");
    this.#isAwaiting = true;
    try {
      const start = (streams: Pick<ChildStreams, "input" | "outputs">): Child => this.start(prepared, streams);
      const told = await runChild({ pid: prepared.pid, wish, input, start }, this.#options);
      this.#assertGoesOn();
      return told;
    } finally {
      this.#isAwaiting = false;
    }
  }

  /** Starts a child. @throws {CallFailure} */
  start({ request, run, driver }: Prepared, streams: Omit<ChildStreams, "numbers">): Child {
    if (this.#isClosed) throw new CallFailure("ECANCELED");
    this.#assertRoom();
    const { onDiagnostic } = this.#options;
    const child = new Child({ request, run, driver, onDiagnostic, ...streams });
    this.#living.add(child);
    child.ended.then(() => this.#living.delete(child));
    return child;
  }

  /** How a child has ended, once; then its number is nobody's. @throws {CallFailure} `ESRCH`, `EBUSY` */
  *wait(attempt: Attempt, number: number): Steps<ChildEnd> {
    const child = this.get(number);
    if (this.#awaited.has(child)) throw new CallFailure("EBUSY");
    this.#awaited.add(child);
    const end = yield* attempt.settle(child.ended);
    this.#known.delete(number);
    this.#assertGoesOn();
    return end;
  }

  /** A limit that its children have run into by the guest's own streams is the guest's. */
  #assertGoesOn(): void {
    const { ended } = this.#options.own;
    if (ended !== undefined) throw new GuestEnded(ended);
  }

  /** @throws {CallFailure} `ESRCH` */
  get(number: number): Child {
    const child = this.#known.get(number);
    if (child === undefined) throw new CallFailure("ESRCH");
    return child;
  }

  #assertRoom(): void {
    if (Math.max(this.#known.size, this.#living.size) < MOST_CHILDREN) return;
    throw new CallFailure("EAGAIN", `it has ${MOST_CHILDREN} children already`);
  }

  /** Ends all of them; settles when they have ended. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    const living = [...this.#living];
    this.#known.clear();
    if (living.length === 0) return;
    for (const child of living) child.end();
    const { promise: late, resolve: setLate } = Promise.withResolvers<"late">();
    const grace = setTimeout(() => setLate("late"), END_GRACE_MS);
    const isLate = await Promise.race([late, Promise.all(living.map((child) => child.ended))]);
    clearTimeout(grace);
    if (isLate === "late") this.#reportLate();
  }

  #reportLate(): void {
    const { executor, onDiagnostic } = this.#options;
    const driver = executor?.name ?? "commands";
    const wanted = `that a command ends within ${END_GRACE_MS} ms when its signal fires`;
    reportFault(onDiagnostic, "ERR_DRIVER_ANSWER", { driver, method: "run", wanted, actual: undefined });
  }
}

const CHANNEL = /^NODE_CHANNEL_(?:FD|SERIALIZATION_MODE)=/;

function withoutChannel(pairs: readonly string[]): [channel: [string, string][], pairs: readonly string[]] {
  const channel = pairs
    .filter((pair) => CHANNEL.test(pair))
    .map((pair): [string, string] => {
      const end = pair.indexOf("=");
      return [pair.slice(0, end), pair.slice(end + 1)];
    });
  return [channel, pairs.filter((pair) => !CHANNEL.test(pair))];
}

function absolute(path: string, cwd: string): string {
  return path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`;
}
