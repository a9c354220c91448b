import { type GuestUsage, isVivariumError, type Limits } from "@vivarium/core";
import {
  type GuestIsolate,
  Invocations,
  type OnDiagnostic,
  type PlacedInvocation,
  runGuest,
  usageOf,
} from "@vivarium/kernel";
import { type Addressed, NO_RUN } from "../channel/addressed.ts";
import { type CellMessage, encodeCellMessage, type OutputDescriptor } from "../channel/cell-message.ts";
import { type GuestBase, type GuestKind, kindOf, readKind } from "../channel/guest-kind.ts";
import type { CellProgram, HostMessage } from "../channel/host-message.ts";
import { clip } from "../channel/outcome-wire.ts";
import { PROTOCOL_VERSION, WireError } from "../channel/protocol.ts";
import type { WireWriter } from "../channel/wire-writer.ts";
import { CPU_GRACE_MS } from "../cpu-grace.ts";
import { splitOutput } from "../split-output.ts";
import type { AnswerWait, RunWait } from "./answer-wait.ts";
import type { Confined } from "./cell-confinement.ts";
import { ChannelHostPort, type FrameDescriptor } from "./channel-host-port.ts";
import { Growth } from "./growth.ts";
import type { GuestStock } from "./guest-stock.ts";
import { LearntPackages, openPackages } from "./learnt-packages.ts";
import { PostedOutput } from "./posted-output.ts";
import { type MakeReplica, Replicas } from "./replicas.ts";
import { inTimeZone } from "./time-zone.ts";

export interface CellServerOptions {
  readonly descriptor: FrameDescriptor;
  readonly writer: WireWriter;
  /** How `descriptor` waits; undefined where it never does. */
  readonly wait?: AnswerWait;
  /** Called once, with the first message that asks for a guest. */
  readonly openStock: (onDiagnostic: OnDiagnostic) => GuestStock;
  /** Whether this process serves a few runs and ends, so that guests of the usual size need not be freed. @default false */
  readonly isShortLived?: boolean;
  /** True in a rehearsal: see `RunGuestOptions`. @default false */
  readonly leavesTasks?: boolean;
  /**
   * Gives up, for good, whatever this process does not need to run guests. Called once, when the first guest has booted.
   */
  readonly confine?: () => Confined;
  /** Whether to end rather than run a program in a process that is not confined. @default false */
  readonly mustBeConfined?: boolean;
  /** How a cell that can have a replica of its guest's filesystem from its first run makes one. */
  readonly makeReplica?: MakeReplica;
  /** Loads, in the time in which the cell waits, what such a replica is made with. @default it never has any */
  readonly loadReplicas?: () => Promise<MakeReplica>;
  /** Called when a guest has been freed. */
  readonly onFreed?: () => void;
  /** Ends the cell. */
  readonly leave: () => never;
}

/** How long a cell waits for a program before it uses the time to fill its library, in milliseconds. */
const IDLE_MS = 100;

interface ActiveRun {
  readonly number: number;
  readonly port: ChannelHostPort;
  readonly wait: RunWait | undefined;
  readonly abort: AbortController;
  /** Of a program that the host may call. */
  readonly invocations: Invocations | undefined;
  /** Once its guest has begun. */
  usage?: () => GuestUsage;
}

/** Does in a cell what the host says: prepares guests, and runs programs, one at a time unless the cell is shared. */
export class CellServer {
  readonly #options: CellServerOptions;
  #stock: GuestStock | undefined;
  readonly #runs: Map<number, ActiveRun> = new Map();
  #isShared = false;
  #queue: Promise<void> = Promise.resolve();
  readonly #growth: Growth = new Growth();
  readonly #replicas: Replicas;
  readonly #packages: LearntPackages = new LearntPackages();
  #hasRun = false;
  #isConfined = false;
  /** The guest of the last run. The host may want this process to end now, and then it need not be freed. */
  #over: GuestIsolate | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: CellServerOptions) {
    this.#options = options;
    this.#replicas = new Replicas({
      makeReplica: options.makeReplica,
      loadReplicas: options.loadReplicas,
      say: (message, run) => this.#say(message, run),
      onDiagnostic: (diagnostic) => this.#onDiagnostic(diagnostic),
    });
  }

  /** @throws {WireError} for what the host may not say now. */
  take({ run, message }: Addressed<HostMessage>): void {
    switch (message.kind) {
      case "hello":
        this.#isShared = message.isShared;
        this.#say({ kind: "ready", protocol: PROTOCOL_VERSION, nodeVersion: process.versions.node });
        return;
      case "prepare":
        this.#enqueue(() => this.#prepare(message.guestKind));
        return;
      case "execute":
        this.#execute(run, message.program);
        return;
      case "completion":
        this.#runs.get(run)?.port.complete(message.request, message.answer);
        return;
      case "invoke":
        this.#invocationsOf(run)?.add(ownArguments(message.invocation));
        return;
      case "ask-usage":
        this.#tellUsage(run);
        return;
      case "cancel":
        this.#invocationsOf(run)?.cancel(message.invocation);
        return;
      case "abort":
        this.#runs.get(run)?.abort.abort();
        return;
      default:
        message satisfies never;
    }
  }

  /** Frees the guest of the last run. */
  dispose(): void {
    if (this.#over === undefined) return;
    this.#over.dispose();
    this.#over = undefined;
    this.#options.onFreed?.();
  }

  /** The cell cannot go on: tells the host why, and ends. */
  fail(error: unknown): never {
    const code = isVivariumError(error) ? error.code : "ERR_CELL_FAILED";
    const message = error instanceof Error ? error.message : String(error);
    this.#say({ kind: "fault", code, message: clip(message) });
    this.#options.leave();
  }

  /** One thing after the other: what fills the library has waits in it. */
  #enqueue(action: () => void | Promise<void>): void {
    clearTimeout(this.#idle);
    this.#queue = this.#queue.then(action).catch((error: unknown) => this.fail(error));
  }

  async #prepare(guestKind: GuestKind): Promise<void> {
    // The first guest is wanted as soon as can be; from the second on, the time for the library pays.
    const { base } = readKind(guestKind);
    if (this.#hasRun) await this.#complete(base);
    this.#openStock().prepare(guestKind, this.#isShared);
    this.#confine();
    this.#say({ kind: "prepared", guestKind });
    this.#freeLast();
    this.#idle = setTimeout(() => this.#enqueue(() => this.#complete(base)), IDLE_MS);
  }

  /** What the first run can do without. */
  async #complete(base: GuestBase): Promise<void> {
    await this.#openStock().fill(base);
    if (!(await this.#replicas.load())) return;
    this.#say({ kind: "replicas" });
  }

  #confine(): void {
    if (this.#isConfined) return;
    this.#isConfined = true;
    const confined = this.#options.confine?.();
    if (confined !== undefined) this.#say({ kind: "confined", ...confined, problem: clip(confined.problem) });
    if (this.#options.mustBeConfined === true && confined?.isConfined !== true) this.#options.leave();
  }

  #execute(number: number, program: CellProgram): void {
    if (this.#runs.has(number)) throw new WireError("A run of this number is on");
    if (this.#runs.size > 0 && !this.#isShared) throw new WireError("A cell runs one program at a time");
    const { descriptor, writer } = this.#options;
    const { memoryLimit, cpuTimeLimitMs } = program.limits;
    const wait = this.#options.wait?.begin(cpuTimeLimitMs);
    const onWait = (): void => wait?.resume();
    const port = new ChannelHostPort({ descriptor, writer, run: number, memoryLimit, onWait });
    const isCalled = program.mode === "load" || program.config.modules.length > 0;
    const invocations = isCalled ? this.#openInvocations(number, program) : undefined;
    const run: ActiveRun = { number, port, wait, abort: new AbortController(), invocations };
    this.#runs.set(number, run);
    this.#enqueue(() => {
      const ended = this.#run(program, run);
      if (!this.#isShared) return ended;
      ended.catch((error: unknown) => this.fail(error));
      return undefined;
    });
  }

  #openInvocations(number: number, { limits }: CellProgram): Invocations {
    return new Invocations(limits.resultLimitBytes, (end) => {
      this.#say({ kind: "invoked", end: { ...end, message: clip(end.message) } }, number);
    });
  }

  /** Undefined for a run that is over: what is said to it has crossed with its end. */
  #invocationsOf(number: number): Invocations | undefined {
    const run = this.#runs.get(number);
    if (run !== undefined && run.invocations === undefined) throw new WireError("A run takes no calls");
    return run?.invocations;
  }

  #tellUsage(number: number): void {
    const usage = this.#runs.get(number)?.usage?.();
    if (usage !== undefined) this.#say({ kind: "usage", usage }, number);
  }

  async #run(program: CellProgram, run: ActiveRun): Promise<void> {
    const { number, port, wait, abort, invocations } = run;
    const { limits, config, frozenTimeMs } = program;
    this.#hasRun = true;
    if (!this.#isShared) this.#freeLast();
    const guest = this.#openStock().take(kindOf(program), config);
    if (this.#isShared) guest.isolate.endsProcess({ patienceMs: patienceMs(limits), run: number });
    const isolate = inTimeZone(guest.isolate, config.env["TZ"]);
    const { calls } = guest;
    if (!this.#isShared) this.#over = isolate;
    // Also where nobody has asked for a waiting guest.
    this.#confine();
    const packages = this.#packages.of(program);
    packages?.readOver(port);
    const replica = this.#replicas.open(number, program, port, packages);
    const next = replica ?? port;
    const onDiagnostic = this.#onDiagnostic;
    const packagePort = packages && openPackages(packages, program, { host: port, next, onDiagnostic });
    const post = (fd: OutputDescriptor, data: Uint8Array): void =>
      this.#say({ kind: "output", descriptor: fd, data }, number);
    calls.begin({
      host: splitOutput(new PostedOutput(packagePort ?? next, post)),
      profile: config.profile,
      limits,
      invocations,
      clock: frozenTimeMs === undefined ? {} : { frozenTimeMs },
    });
    run.usage = () => usageOf(isolate, calls);
    this.#say({ kind: "started" }, number);
    const { outcome, exports } = await runGuest({
      isolate,
      calls,
      execution: program,
      config,
      signal: abort.signal,
      onDiagnostic: this.#onDiagnostic,
      waitedCpuMs: () => wait?.spentMs ?? 0,
      leavesTasks: this.#options.leavesTasks === true,
      collectsWhenIdle: this.#isShared,
      invocations,
      ...(program.mode === "load" && { living: { onLoaded: () => this.#say({ kind: "loaded" }, number) } }),
    });
    this.#runs.delete(number);
    await packagePort?.dispose();
    await this.#replicas.close();
    this.#say({ kind: "finished", outcome, exports, leavesWork: calls.leavesWork }, number);
    if (this.#isShared) isolate.dispose();
  }

  /** Freeing a guest writes to most of its pages, which a copy would first have to get for itself. */
  #freeLast(): void {
    if (this.#options.isShortLived !== true || this.#growth.isLarge()) this.dispose();
  }

  readonly #onDiagnostic: OnDiagnostic = ({ code, message }) =>
    this.#say({ kind: "fault", code, message: clip(message) });

  #openStock(): GuestStock {
    this.#stock ??= this.#options.openStock(this.#onDiagnostic);
    return this.#stock;
  }

  #say(message: CellMessage, run: number = NO_RUN): void {
    this.#options.descriptor.write(encodeCellMessage(this.#options.writer, message, run));
  }
}

/** A guest in a cell of its own is ended by the host, after as much. */
function patienceMs({ cpuTimeLimitMs }: Limits): number {
  return cpuTimeLimitMs === Number.POSITIVE_INFINITY ? -1 : cpuTimeLimitMs + CPU_GRACE_MS;
}

/** A copy: the bytes of a frame are overwritten by the next. */
function ownArguments(invocation: PlacedInvocation): PlacedInvocation {
  return { ...invocation, args: new Uint8Array(invocation.args) };
}
