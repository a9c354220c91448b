import type { Duplex } from "node:stream";
import {
  DEFAULT_PROFILE,
  type Diagnostic,
  errnoOf,
  type GuestProfile,
  hasCall,
  type LoadedGuest,
  type MaybePromise,
  type SystemCallScalar,
  statRecord,
  systemCallTable,
} from "@vivarium/core";
import { Attempt } from "../attempt.ts";
import type { Surround } from "../file-system/checked-driver.ts";
import { createImmediateCalls, type ImmediateCall, type Scratch } from "../file-system/immediate-calls.ts";
import { runSteps, type Steps } from "../maybe-async.ts";
import { isModuleCall, type ModuleCallName } from "../modules/module-call-names.ts";
import { answerOf, type CallAnswer, type HandlerResult, type HostCallName } from "./call-answer.ts";
import { CallFailure } from "./call-failure.ts";
import { checkArguments } from "./check-arguments.ts";
import type { HostPort } from "./host-port.ts";
import type { HostRun } from "./host-run.ts";
import { HostWorld } from "./host-world.ts";
import { isOutsideCall } from "./outside-calls.ts";
import { answerOfFailure } from "./report-fault.ts";
import { isStreamCall } from "./stream-call.ts";

/** How one call is served. */
export interface ServeOptions {
  /**
   * False: the answer is there at once, and what would have to wait for the embedder is refused with `ENOTSUP`.
   *
   * @default true
   */
  readonly mayWait?: boolean;
  /** What surrounds each question to the filesystem's driver. */
  readonly within?: Surround;
}

/** Files of up to so many bytes need no memory of their own to be read. */
const SMALL_FILE_BYTES = 4_096;

const atLeisure: ServeOptions = {};
const atOnce: ServeOptions = { mayWait: false };

/**
 * Serves the calls with `place: "host"` for one run. It trusts no cell: every argument is checked here as well. A
 * guest's own calls are served one after the other, so that none of them can change what another has just checked.
 */
export class HostCalls {
  readonly #profile: GuestProfile;
  readonly #world: HostWorld;
  readonly #onDiagnostic: (diagnostic: Diagnostic) => void;
  readonly #immediate: ReadonlyMap<HostCallName, ImmediateCall>;
  readonly #impatient: Attempt = new Attempt(false);
  readonly #scratch: Scratch = {
    record: new Float64Array(statRecord.length),
    bytes: new Uint8Array(SMALL_FILE_BYTES),
  };
  readonly #recordAnswer: CallAnswer = { result: 0, payload: new Uint8Array(this.#scratch.record.buffer) };
  /** Settles when the calls before have been served; absent when they have been. */
  #line: Promise<void> | undefined;
  #closed = false;

  /** @throws VivariumError `ERR_INVALID_MODULE` */
  constructor(run: HostRun) {
    this.#profile = run.execution.profile ?? DEFAULT_PROFILE;
    this.#onDiagnostic = run.onDiagnostic;
    this.#world = new HostWorld(run, (name, args, input) => this.serve(name, args, input));
    this.#immediate = createImmediateCalls(this.#world.system);
  }

  /** Serves one call. Never throws and never rejects. */
  serve(
    name: HostCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    options: ServeOptions = atLeisure,
  ): MaybePromise<CallAnswer> {
    if (this.#closed) return { result: errnoOf("ECANCELED") };
    if (!hasCall(this.#profile, name)) return { result: errnoOf("EPERM") };
    if (isModuleCall(name)) return this.#serveModule(name, args, input, options);
    const isBeside = isBesideFiles(name, args);
    if (this.#line === undefined || options.mayWait === false || isBeside) {
      const answer = this.#start(name, args, input, options);
      if (answer instanceof Promise && !isBeside) this.#queue(answer);
      return answer;
    }
    const answer = this.#line.then(() => this.#start(name, args, input, options));
    this.#queue(answer);
    return answer;
  }

  /** The guest can be called from here on, where it has modules that may want to. */
  bind(guest: LoadedGuest): void {
    this.#world.modules?.bind(guest);
  }

  /** Whether a module may call the guest. */
  get hasModules(): boolean {
    return this.#world.modules !== undefined;
  }

  /**
   * A connection to what the guest listens on, for its host: the host's end of it. Undefined where it does not listen there.
   *
   * @param port by default the one that it listened on first
   */
  connectToGuest(port?: number): Duplex | undefined {
    return this.#world.network.listenerAt(port)?.connect();
  }

  /** Calls `listener` once, when the guest does not listen on a port any more. */
  onceUnlistened(port: number, listener: () => void): void {
    this.#world.network.listenerAt(port)?.onClose(listener);
  }

  /** Whether the guest listens on a port. */
  listensAt(port: number): boolean {
    return this.#world.network.listenerAt(port) !== undefined;
  }

  /** The road of an inline cell: directly, and without waiting behind a synchronous call. */
  inlinePort(): HostPort {
    return {
      call: (name, args, input) => {
        const answer = this.#serveNow(name, args) ?? this.serve(name, args, input, atOnce);
        return answer instanceof Promise ? { result: errnoOf("ENOTSUP") } : answer;
      },
      request: (name, args, input) => this.serve(name, args, input),
    };
  }

  /** Whether a device was asked for since the last time that somebody else has to open. */
  takeMissedDevice(): boolean {
    return this.#world.system.devices.takeMissed();
  }

  /** Where the next read or write of an open file begins; undefined for what is none. */
  positionOf(fd: number): number | undefined {
    return this.#world.system.descriptors.has(fd) ? this.#world.system.descriptors.get(fd).position : undefined;
  }

  /** Sets that position. Nothing happens when there is no such file. */
  seek(fd: number, position: number): void {
    if (this.#world.system.descriptors.has(fd)) this.#world.system.descriptors.get(fd).position = position;
  }

  /** Whether a descriptor is one of the standard streams, and has not been closed. */
  isStandardStream(fd: number): boolean {
    return this.#world.streams.has(fd);
  }

  /** The numbers of all open files. */
  openFiles(): readonly number[] {
    return this.#world.system.descriptors.numbers();
  }

  /** A promise while the listener has not taken all output that there is. */
  outputTaken(): Promise<void> | undefined {
    return this.#world.streams.taken();
  }

  /** Waits until all output has been taken. */
  async finishOutput(): Promise<void> {
    await this.#world.streams.finish();
  }

  /** Ends all service: open files are closed, what is under way goes no further. Idempotent. */
  async dispose(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#world.dispose();
  }

  /**
   * The short way for a cell on this thread, which has checked the arguments and takes the answer before it calls
   * again; `undefined` when the call has to go the ordinary way.
   */
  #serveNow(name: HostCallName, args: readonly SystemCallScalar[]): CallAnswer | undefined {
    const immediate = this.#immediate.get(name);
    if (immediate === undefined || this.#closed || !hasCall(this.#profile, name)) return undefined;
    try {
      const value = immediate(this.#impatient, args, this.#scratch);
      if (value === undefined) return undefined;
      return value === this.#scratch.record ? this.#recordAnswer : answerOf(value, systemCallTable[name].result);
    } catch (error) {
      return answerOfFailure(error, name, this.#onDiagnostic);
    }
  }

  /** Once what the guest has done before is done: the function may look at its files. Beside what it does next. */
  #serveModule(
    name: ModuleCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    { mayWait = true }: ServeOptions,
  ): MaybePromise<CallAnswer> {
    const modules = this.#world.modules;
    if (modules === undefined) return { result: errnoOf("EINVAL") };
    if (this.#line === undefined || !mayWait) return modules.serve(name, args, input, mayWait);
    return this.#line.then(() => modules.serve(name, args, input, mayWait));
  }

  #queue(answer: Promise<unknown>): void {
    const line = answer.then(
      () => undefined,
      () => undefined,
    );
    this.#line = line;
    line.then(() => {
      if (this.#line === line) this.#line = undefined;
    });
  }

  #start(
    name: Exclude<HostCallName, ModuleCallName>,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    { mayWait = true, within }: ServeOptions,
  ): MaybePromise<CallAnswer> {
    const shape = systemCallTable[name];
    const attempt = new Attempt(mayWait);
    const failed = (error: unknown): CallAnswer => answerOfFailure(error, name, this.#onDiagnostic);
    // What is served beside other calls asks no filesystem.
    const isBeside = isBesideFiles(name, args);
    if (!isBeside) this.#world.system.driver.within = within;
    try {
      const checked = checkArguments(name, args);
      const now = this.#immediate.get(name)?.(attempt, checked);
      if (now !== undefined) return answerOf(now, shape.result);
      const handler = this.#world.handlers[name] as (attempt: Attempt, ...args: unknown[]) => Steps<HandlerResult>;
      const steps = shape.input ? handler(attempt, ...checked, input) : handler(attempt, ...checked);
      const value = runSteps(steps, {
        mayWait,
        wouldWait: () => (isBeside ? refuseToWait() : this.#refuseToWait(attempt)),
        abandoned: () => this.#closed,
      });
      if (!(value instanceof Promise)) return answerOf(value, shape.result);
      return value.then((settled) => answerOf(settled, shape.result)).catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  #refuseToWait(attempt: Attempt): CallFailure {
    attempt.gone = true;
    this.#world.system.driver.reportAsync(this.#world.system.driver.lastMethod);
    return new CallFailure(
      "ENOTSUP",
      "this cell cannot wait for an asynchronous filesystem; use the asynchronous call",
    );
  }
}

/** Whether a call has nothing to do with files, and may wait for others: none waits for it. */
function isBesideFiles(name: HostCallName, args: readonly SystemCallScalar[]): boolean {
  return isOutsideCall(name) || isStreamCall(name, args);
}

function refuseToWait(): CallFailure {
  return new CallFailure("ENOTSUP", "this cell cannot wait for others; use the asynchronous call");
}
