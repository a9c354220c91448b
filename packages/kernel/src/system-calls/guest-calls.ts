import {
  ANSWER_PARTS,
  DEFAULT_PROFILE,
  errnoOf,
  type GuestProfile,
  type GuestUsage,
  hasCall,
  type Limits,
  type Outcome,
  type SystemCallAfterword,
  type SystemCallName,
  type SystemCallResult,
  type SystemCallScalar,
  systemCallTable,
  WINDOW_BYTES,
} from "@vivarium/core";
import { CallMeter } from "../call-meter.ts";
import { createCellCalls } from "../cell/cell-calls.ts";
import type { CellHandlers } from "../cell/cell-handlers.ts";
import { type ClockOptions, GuestClock } from "../cell/clock.ts";
import type { Library } from "../cell/library.ts";
import { createRunRecord, type RunRecord } from "../cell/run-record.ts";
import { type CompressionCalls, createCompressionCalls } from "../compression/compression-calls.ts";
import { type CryptoCalls, createCryptoCalls, type OpenCryptoEngine } from "../cryptography/crypto-calls.ts";
import type { ChargeWork } from "../cryptography/crypto-engine.ts";
import { openCryptoEngine } from "../cryptography/open-crypto-engine.ts";
import type { GuestIsolate, InstalledCall } from "../guest-isolate.ts";
import type { Invocations } from "../invocations.ts";
import { answerOf, type CallAnswer, type CellCallName, type HandlerResult, type HostCallName } from "./call-answer.ts";
import { CallFailure, GuestEnded } from "./call-failure.ts";
import { checkArguments } from "./check-arguments.ts";
import { GuestWindow } from "./guest-window.ts";
import type { HostPort } from "./host-port.ts";
import { joinPieces } from "./join-pieces.ts";
import { LocalWork } from "./local-work.ts";
import { answerOfFailure, type OnDiagnostic } from "./report-fault.ts";
import { type Completion, RequestQueue } from "./request-queue.ts";

/** What a call comes to that a permission denies. */
const DENIED: number = errnoOf("EACCES");

/** What the calls of one guest need. */
export interface GuestCallsOptions {
  /** The bytes that guest and kernel share. */
  readonly window: Uint8Array;
  readonly library: Library;
  /** The guest's isolate once it is there: calls are installed while it is being made. */
  readonly isolate: () => GuestIsolate | undefined;
  readonly onDiagnostic: OnDiagnostic;
  /** Where its cryptography is done. @default on this thread, where Node's binding is to be had */
  readonly openCrypto?: OpenCryptoEngine;
  /** True for the trusted guest that fills the library's code cache; over as soon as a program's run begins. @default false */
  readonly preparing?: boolean;
  /** Hears at once, inside the call, that the guest has ended: the place to terminate its execution. */
  readonly onEnded?: () => void;
}

/** What a guest is given when its run begins. */
export interface RunCallsOptions {
  readonly host: HostPort;
  /** Which calls of the host's it has. @default "node" */
  readonly profile?: GuestProfile;
  readonly limits: Pick<
    Limits,
    "resultLimitBytes" | "systemCallLimit" | "systemCallRateLimit" | "pendingCallsLimit" | "timersLimit"
  >;
  readonly clock?: ClockOptions;
  /** Of a guest that stays. */
  readonly invocations?: Invocations | undefined;
  /** True for the cell's own program, which goes on filling the library's code cache. @default false */
  readonly preparing?: boolean;
}

/**
 * Everything that the kernel puts into one guest's hands. The calls may be installed before a run is known: until
 * {@link begin} a guest has its library, its clock and algorithms, and nothing of the host.
 */
export class GuestCalls implements SystemCallAfterword {
  readonly calls: Readonly<Record<SystemCallName, InstalledCall>>;
  readonly clock: GuestClock = new GuestClock();
  readonly #window: GuestWindow;
  readonly #options: GuestCallsOptions;
  readonly #queue: RequestQueue;
  #record: RunRecord = createRunRecord();
  #run: RunCallsOptions | undefined;
  #meter: CallMeter | undefined;
  #overdue: () => Outcome | undefined = () => undefined;
  readonly #figures = { hostCalls: 0, systemCalls: 0, deniedCalls: 0 };
  readonly #compression: CompressionCalls = createCompressionCalls();
  readonly #crypto: CryptoCalls;
  #preparing: boolean;
  readonly #work: LocalWork = new LocalWork();
  readonly #handlers: CellHandlers;

  constructor(options: GuestCallsOptions) {
    this.#options = options;
    this.#window = new GuestWindow(options.window);
    this.#preparing = options.preparing === true;
    this.#queue = new RequestQueue(
      (call) => this.#request(call.name, call.args, call.input),
      (error, { name }) => answerOfFailure(error, name, options.onDiagnostic),
    );
    this.#crypto = createCryptoCalls(options.openCrypto ?? (() => openCryptoEngine("this-thread")), this.#charge);
    this.#handlers = this.#createHandlers();
    this.calls = this.#createCalls();
  }

  readonly fetchPayload = (): Uint8Array | undefined => this.#window.takePayload();

  readonly failureReason = (): string | undefined => this.#window.reason;

  /** What the program has said about itself so far. */
  get record(): Readonly<RunRecord> {
    return this.#record;
  }

  /** How many it has made, and how many of them were denied. */
  get figures(): Readonly<Pick<GuestUsage, "hostCalls" | "systemCalls" | "deniedCalls">> {
    return this.#figures;
  }

  /** CPU time that has been used for it between two entries into it, in milliseconds. */
  get workedCpuMs(): number {
    return this.#work.cpuMs;
  }

  /** Whether work goes on for it on another thread, which nothing interrupts, when it is over. */
  get leavesWork(): boolean {
    return this.#crypto.isWorking;
  }

  /** Whether the guest has asked for V8's tasks since this was last asked. */
  takeWantsTasks(): boolean {
    const wanted = this.#record.wantsTasks;
    this.#record.wantsTasks = false;
    return wanted;
  }

  /** Asynchronous calls of the guest that wait for their turn, for the host, or for delivery. */
  get queue(): RequestQueue {
    return this.#queue;
  }

  /** Gives the guest its run. */
  begin(run: RunCallsOptions): void {
    this.#preparing &&= run.preparing === true;
    this.#run = { ...run, host: joinPieces(run.host, () => this.#count()) };
    this.#meter = new CallMeter({ limits: run.limits });
    this.clock.configure(run.clock ?? {});
  }

  /** Asks after each synchronous call, for which a guest may have waited long, whether it ends with that. */
  endWhen(overdue: () => Outcome | undefined): void {
    this.#overdue = overdue;
  }

  /** Ends the guest: nothing is served from here on. The first outcome stays. */
  end(outcome: Outcome): void {
    this.#record.ended ??= outcome;
    this.#queue.clear();
    this.#window.takePayload();
    this.#compression.dispose();
    this.#crypto.dispose();
  }

  /**
   * Takes answers that have come, and puts their payloads where the guest looks for them: to enter a guest takes longer than
   * to give it an answer. Answers what `deliver` is to be called with, which is nothing where there is none.
   */
  takeDelivery(): SystemCallResult[] {
    const first = this.#queue.next();
    if (first === undefined) return [];
    this.#place(first.answer);
    const delivery = partsOf(first);
    let filled = bytesOf(first.answer);
    for (let next = this.#queue.ready; next !== undefined; next = this.#queue.ready) {
      const end = filled + bytesOf(next);
      if (end > WINDOW_BYTES || next.ended !== undefined || delivery.length === MOST_PARTS) break;
      const also = this.#queue.next();
      if (also === undefined) break;
      if (next.result === DENIED) this.#figures.deniedCalls += 1;
      this.#window.placeBehind(next, filled);
      filled = end;
      delivery.push(...partsOf(also));
    }
    return delivery;
  }

  /** Puts the arguments of a call into the guest where it looks for them. */
  prepareInvocation(args: Uint8Array): void {
    this.#place({ result: 0, payload: args });
  }

  #createHandlers(): CellHandlers {
    return createCellCalls({
      clock: this.clock,
      library: this.#options.library,
      preparing: () => this.#preparing,
      isolate: this.#options.isolate,
      record: () => this.#record,
      resultLimitBytes: () => this.#run?.limits.resultLimitBytes ?? 0,
      timersLimit: () => this.#run?.limits.timersLimit ?? 0,
      compression: this.#compression.calls,
      crypto: this.#crypto.calls,
      invocations: () => this.#run?.invocations,
    });
  }

  #createCalls(): Readonly<Record<SystemCallName, InstalledCall>> {
    const calls: Record<SystemCallName, InstalledCall> = Object.create(null);
    for (const name of Object.keys(systemCallTable)) {
      if (!isSystemCallName(name)) continue;
      calls[name] = this.#createCall(name);
    }
    return calls;
  }

  /** One installed call. Whatever happens within, the guest gets a scalar. */
  #createCall(name: SystemCallName): InstalledCall {
    const { input: takesInput } = systemCallTable[name];
    const serve = isHostCallName(name)
      ? (args: readonly SystemCallScalar[], input: Uint8Array) => this.#portFor(name).call(name, args, input)
      : this.#localCall(name);
    return (request, input, ...args) => {
      this.#window.clear();
      if (this.#record.ended !== undefined) return errnoOf("ECANCELED");
      try {
        this.#count();
        if (name === "module.call") this.#figures.hostCalls += 1;
        if (request !== 0) this.#checkPending();
        const bytes = takesInput ? this.#window.copyInput(input) : noBytes;
        const checked = checkArguments(name, args);
        if (request === 0) return this.#finish(serve(checked, bytes));
        if (!Number.isSafeInteger(request) || request < 0) throw new CallFailure("EINVAL");
        this.#queue.add({ request, name, args: checked, input: bytes });
        return undefined;
      } catch (error) {
        const answer = answerOfFailure(error, name, this.#options.onDiagnostic);
        if (request === 0 || !Number.isSafeInteger(request) || answer.ended !== undefined) return this.#finish(answer);
        this.#queue.complete(request, answer);
        return undefined;
      }
    };
  }

  /** How the cell itself serves a call. */
  #localCall(name: CellCallName): (args: readonly SystemCallScalar[], input: Uint8Array) => CallAnswer {
    const { result: kind, input: takesInput } = systemCallTable[name];
    const handler = this.#handlers[name] as (...args: readonly unknown[]) => HandlerResult;
    return takesInput
      ? (args, input) => answerOf(handler(...args, input), kind)
      : (args) => answerOf(handler(...args), kind);
  }

  /** Takes CPU time that was used for the guest elsewhere; false when that is over. */
  readonly #charge: ChargeWork = (cpuMs) => {
    this.#work.add(cpuMs);
    // It may have used up what the guest may use.
    this.#queue.wake();
    return this.#record.ended === undefined;
  };

  /** A job whose answer may come later, as its time does. */
  #job(object: number): CallAnswer | Promise<CallAnswer> {
    const answer = this.#crypto.job(object, this.#charge);
    const delivered = (bytes: Uint8Array): CallAnswer => answerOf(bytes, systemCallTable["crypto.job"].result);
    return answer instanceof Promise ? answer.then(delivered) : delivered(answer);
  }

  /** Throws when the guest has made too many calls. */
  #count(): void {
    this.#figures.systemCalls += 1;
    const exceeded = this.#meter?.count();
    if (exceeded !== undefined) throw new GuestEnded(exceeded);
  }

  /** Throws when one more asynchronous call is one too many. */
  #checkPending(): void {
    const limitCalls = this.#run?.limits.pendingCallsLimit ?? Number.POSITIVE_INFINITY;
    if (this.#queue.size >= limitCalls) throw new GuestEnded({ kind: "pending-calls-limit", code: 1, limitCalls });
  }

  /** An answer that comes after the guest's time is its end: it does not go on with what it has waited for. */
  #finish(answer: CallAnswer): SystemCallResult {
    const ended = answer.ended ?? this.#overdue();
    this.#place(ended === undefined ? answer : { ...answer, ended });
    return answer.result;
  }

  #place(answer: CallAnswer): void {
    if (answer.result === DENIED) this.#figures.deniedCalls += 1;
    this.#window.place(answer);
    if (answer.ended !== undefined) this.end(answer.ended);
    if (this.#record.ended !== undefined) {
      this.#queue.clear();
      this.#options.onEnded?.();
    }
  }

  #portFor(name: HostCallName): HostPort {
    if (this.#run === undefined || !hasCall(this.#run.profile ?? DEFAULT_PROFILE, name)) throw new CallFailure("EPERM");
    return this.#run.host;
  }

  #request(
    name: SystemCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
  ): CallAnswer | Promise<CallAnswer> {
    try {
      if (!isHostCallName(name)) {
        if (name === "crypto.job") return this.#work.run(() => this.#job(Number(args[0])));
        if (name === "zlib.write") return this.#work.run(() => this.#localCall(name)(args, input));
        throw new CallFailure("ENOSYS");
      }
      return this.#portFor(name).request(name, args, input);
    } catch (error) {
      return answerOfFailure(error, name, this.#options.onDiagnostic);
    }
  }
}

const noBytes = new Uint8Array(0);

/** Of the answers that are delivered at once. */
const MOST_PARTS = 32 * ANSWER_PARTS;

function partsOf({ request, answer }: Completion): SystemCallResult[] {
  return [request, answer.result, answer.reason, bytesOf(answer)];
}

function bytesOf({ payload }: CallAnswer): number {
  return payload?.byteLength ?? 0;
}

function isSystemCallName(name: string): name is SystemCallName {
  return Object.hasOwn(systemCallTable, name);
}

function isHostCallName(name: SystemCallName): name is HostCallName {
  return systemCallTable[name].place === "host";
}
