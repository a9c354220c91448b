import type { ChildEnd, ChildStart, ChildWish, WorkerWish } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import type { PortHub } from "../messaging/port-hub.ts";
import { ThreadLink } from "../messaging/thread-link.ts";
import { ArrayPrototypePush, dictionary, setOwn, withoutPrototype } from "../past-prototypes.ts";
import { JSONParse, JSONStringify, ObjectKeys, ObjectSetPrototypeOf } from "../primordial.ts";
import { unimplemented } from "../unimplemented.ts";
import { readNodeOptions, unknownOptions } from "./node-options.ts";
import { readThreadArguments } from "./thread-options.ts";
import type { AskedUsage } from "./thread-usage.ts";

const PROVIDER = "WORKER";
const UV_EIO = -5;
const SIGKILL = 9;
/** Where the channel is among the streams of a thread: it writes to descriptors 1 and 2 where the guest does. */
const CHANNEL = 3;
const FAILED = 1;
/** What Node's binding answers where nothing was asked for, in MiB: its own figures. */
const DEFAULT_LIMITS = [48, 4096, 0, 4];

interface UsageTaker {
  /** Set by the library. */
  readonly ondone: ((...told: readonly unknown[]) => void) | undefined;
}

interface WorkerObject {
  readonly onexit?: ((code: number, error: string | null, reason: string | null) => void) | null;
}

/** What the library hands over: a URL, the variables (null: those of this thread; undefined: shared with it), and so on. */
type WorkerParameters = readonly [
  url: unknown,
  env: Readonly<Record<string, string>> | null | undefined,
  execArgv: readonly string[] | undefined,
  limits: Float64Array,
  tracksDescriptors: boolean,
  isInternal: boolean,
  name: string,
];

/** The class behind `Worker` of `node:worker_threads`. */
export function workerClass(guest: Guest, hub: PortHub): new (...given: WorkerParameters) => object {
  return class Worker extends WorkerHandle {
    constructor(...given: WorkerParameters) {
      super(guest, hub, given);
    }
  };
}

/** A thread that this one has started: another isolate, in a cell of its own. */
class WorkerHandle {
  readonly messagePort: object;
  readonly threadId: number;
  readonly threadName: string;
  readonly #isInternal: boolean;
  readonly #guest: Guest;
  readonly #env: readonly string[];
  readonly #execArgv: readonly string[];
  readonly #options: WorkerWish["options"];
  readonly #limits: readonly number[];
  readonly #link: ThreadLink;
  readonly #loop: LoopHandle = { name: "Worker", active: false, ref: true, listed: false, object: this };
  #child: number | undefined;
  #end: ChildEnd | undefined;
  #isHeardOut = false;
  #isGone = false;

  /** @param given the parameters of the library's constructor */
  constructor(guest: Guest, hub: PortHub, given: WorkerParameters) {
    // By index: a program may have replaced what an array is iterated by.
    const env = given[1];
    const execArgv = given[2];
    const limits = given[3];
    const name = given[6];
    if (env === undefined) throw unimplemented("worker", "SHARE_ENV");
    guest.wraps.adopt(this, PROVIDER);
    this.#guest = guest;
    this.#env = pairsOf(env ?? (guest.process["env"] as Record<string, string>));
    const read = execArgv === undefined ? undefined : readThreadArguments(guest, execArgv);
    this.#execArgv = read?.args ?? (guest.process["execArgv"] as readonly string[]);
    const ofVariable = readThreadArguments(guest, readNodeOptions(env?.["NODE_OPTIONS"] ?? ""));
    this.#options = withoutPrototype({ ...ofVariable.options, ...(read?.options ?? guest.options()) });
    if (read !== undefined && read.invalid.length > 0) setOwn(this, "invalidExecArgv", read.invalid);
    const unknown = unknownOptions(guest, ofVariable.invalid);
    if (unknown.length > 0) setOwn(this, "invalidNodeOptions", unknown);
    this.#limits = [limits[0] ?? -1, limits[1] ?? -1, limits[2] ?? -1, limits[3] ?? -1];
    this.threadId = nextThreadId(guest);
    this.threadName = name;
    this.#isInternal = given[5] === true;
    this.#link = new ThreadLink(guest, hub, true);
    this.messagePort = this.#link.firstPort();
  }

  startThread(): void {
    const { calls, loop, errors } = this.#guest;
    const answer = calls.sync("child.spawn", this.#wish());
    if (typeof answer !== "string") {
      const why = calls.reason() ?? errors.name(typeof answer === "number" ? answer : UV_EIO);
      this.#link.close();
      throw errors.coded("Error", "ERR_WORKER_INIT_FAILED", `Worker initialization failure: ${why}`);
    }
    const start = JSONParse(answer) as ChildStart;
    this.#child = start.child;
    this.#loop.active = true;
    loop.addHandle(this.#loop);
    this.#link.begin(start.streams[CHANNEL] ?? -1, () => {
      this.#isHeardOut = true;
      this.#finish();
    });
    const ended = (result: unknown): void => {
      const failed = { code: null, signal: null, error: UV_EIO };
      this.#end = typeof result === "string" ? (JSONParse(result) as ChildEnd) : failed;
      this.#finish();
    };
    calls.request("child.wait", [start.child], ended, { ref: false, resource: "Worker" });
  }

  stopThread(): void {
    if (this.#child !== undefined && this.#end === undefined)
      this.#guest.calls.sync("child.kill", this.#child, SIGKILL);
  }

  ref(): void {
    this.#loop.ref = true;
  }

  unref(): void {
    this.#loop.ref = false;
  }

  hasRef(): boolean | undefined {
    return this.#isGone ? undefined : this.#loop.ref;
  }

  /** What the library hears by `ondone`, once the thread has told; never, of one that has ended before. */
  getHeapStatistics(): object | undefined {
    return this.#ask("heap", (taker, value) => taker.ondone?.(value));
  }

  cpuUsage(): object | undefined {
    return this.#ask("cpu", (taker, value) => taker.ondone?.(null, value));
  }

  #ask(usage: AskedUsage, tell: (taker: UsageTaker, value: unknown) => void): object | undefined {
    if (this.#child === undefined || this.#end !== undefined) return undefined;
    const taker: UsageTaker = withoutPrototype({ ondone: undefined });
    const { loop } = this.#guest;
    this.#link.ask(usage, (value) => {
      if (value !== undefined) loop.enter(() => tell(taker, value));
    });
    return taker;
  }

  getResourceLimits(): Float64Array {
    const limits = new Float64Array(DEFAULT_LIMITS.length);
    for (let index = 0; index < DEFAULT_LIMITS.length; index++) {
      const limit = this.#limits[index] ?? -1;
      limits[index] = limit > 0 ? limit : (DEFAULT_LIMITS[index] ?? 0);
    }
    return limits;
  }

  #wish(): string {
    const worker: WorkerWish = withoutPrototype({
      threadId: this.threadId,
      name: this.threadName,
      isInternal: this.#isInternal,
      execArgv: list(this.#execArgv),
      options: plain(this.#options),
      resourceLimits: list(this.#limits),
    });
    const wish: ChildWish = withoutPrototype({
      file: "node",
      args: list(["node"]),
      env: list(this.#env),
      stdio: list(["ignore", 1, 2, "ipc"] as const),
      worker,
    });
    return JSONStringify(wish) ?? "";
  }

  /** Once it has ended, and all that it has sent is here. */
  #finish(): void {
    const end = this.#end;
    if (end === undefined || !this.#isHeardOut) return;
    this.#loop.active = false;
    const { loop, wraps } = this.#guest;
    const wrap = wraps.adopt(this, PROVIDER);
    // As a handle that is closed: whoever hears that it has ended finds it still there.
    loop.close(() => {
      this.#isGone = true;
      wraps.release(wrap);
    });
    const { onexit } = this as WorkerObject;
    if (typeof onexit !== "function") return;
    const exit = exitOf(end);
    loop.makeCallback(wrap, onexit, this, exit[0], exit[1], exit[2]);
  }
}

/** What the library is told of a thread's end: its code, and the error that a thread cannot tell of itself. */
function exitOf({
  code,
  signal,
  reason,
}: ChildEnd): readonly [code: number, error: string | null, reason: string | null] {
  if (code !== null) return [code, null, null];
  if (signal === "SIGABRT") return [FAILED, "ERR_WORKER_OUT_OF_MEMORY", "JS heap out of memory"];
  if (signal === null) return [FAILED, "ERR_WORKER_INIT_FAILED", reason ?? "no cell could be had for it"];
  return [FAILED, null, null];
}

/** Every thread of a guest has a number of its own, whichever thread has started it. */
function nextThreadId({ calls, errors }: Guest): number {
  const number = calls.sync("child.threadId");
  if (typeof number === "number" && number > 0) return number;
  const why = calls.reason() ?? errors.name(typeof number === "number" ? number : UV_EIO);
  throw errors.coded("Error", "ERR_WORKER_INIT_FAILED", `Worker initialization failure: ${why}`);
}

function pairsOf(env: Readonly<Record<string, string>>): readonly string[] {
  const pairs: string[] = [];
  const keys = ObjectKeys(env);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    ArrayPrototypePush(pairs, `${key}=${env[key] ?? ""}`);
  }
  return pairs;
}

/** A list that JSON writes as what it is, whatever a program has done to arrays. */
function list<T>(items: readonly T[]): readonly T[] {
  const copy: T[] = [];
  for (let index = 0; index < items.length; index++) ArrayPrototypePush(copy, items[index] as T);
  return ObjectSetPrototypeOf(copy, null) as T[];
}

function plain(options: WorkerWish["options"]): WorkerWish["options"] {
  const copy = dictionary<WorkerWish["options"][string]>();
  const keys = ObjectKeys(options);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const value = options[key];
    if (value !== undefined) copy[key] = typeof value === "object" ? list(value) : value;
  }
  return copy;
}
