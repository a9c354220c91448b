import {
  decide,
  isGuestFunction,
  isPromiseLike,
  type Limits,
  type LoadedGuest,
  type MaybePromise,
  type ModuleAccessRequest,
  type PermissionCheck,
  type ProvidedModule,
  type SystemCallScalar,
} from "@vivarium/core";
import { runSteps, type Steps, type StepsOptions, settle } from "../maybe-async.ts";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkArguments } from "../system-calls/check-arguments.ts";
import { answerOfFailure, type OnDiagnostic } from "../system-calls/report-fault.ts";
import { ArgumentRoom } from "./argument-room.ts";
import { type CallDeadline, deadlineOf, within } from "./call-deadline.ts";
import { Crossing, type Origin } from "./crossing.ts";
import { FunctionArguments } from "./function-arguments.ts";
import { givenModules } from "./given-modules.ts";
import { GuestFunctions } from "./guest-functions.ts";
import { HostCallLife, type LiveCalls } from "./host-call-life.ts";
import { runHostFunction, ToldError, validArguments } from "./host-function-call.ts";
import { KeptThings } from "./kept-things.ts";
import { errorAnswer, keptAnswer } from "./module-answer.ts";
import type { ModuleCallName } from "./module-call-names.ts";
import { OpenIterations } from "./open-iterations.ts";
import { NO_MODULE, type ServedModule, servedModule } from "./served-module.ts";

/** What the modules of one run need. */
export interface ModuleCallsOptions {
  /** By the names that the program imports them by. */
  readonly modules: ReadonlyMap<string, ProvidedModule>;
  /** The path of the program. */
  readonly entry: string;
  readonly check: PermissionCheck<ModuleAccessRequest> | undefined;
  readonly limits: Limits;
  readonly onDiagnostic: OnDiagnostic;
}

const BYTES_PER_MIB = 1024 * 1024;
/**
 * Promises that a guest has been told of and has not asked for. It asks for each at once, and from then on calls the
 * function as one that is asynchronous.
 */
const MOST_PROMISES = 1024;
/** Of arguments: for the check, and for the function. */
const COPIES = 2;

/** Serves the calls of one guest into modules of the host. */
export class ModuleCalls {
  readonly #options: ModuleCallsOptions;
  /** By their numbers. */
  readonly #modules: readonly ServedModule[];
  readonly #limitBytes: number;
  readonly #end: AbortController = new AbortController();
  readonly #room: ArgumentRoom;
  readonly #functions: GuestFunctions;
  readonly #iterations: OpenIterations = new OpenIterations();
  readonly #promises: KeptThings<Promise<CallAnswer>> = new KeptThings(MOST_PROMISES);
  readonly #crossing: Crossing;
  readonly #live: LiveCalls = new Set();
  #guest: LoadedGuest | undefined;

  /** @throws VivariumError `ERR_INVALID_MODULE` */
  constructor(options: ModuleCallsOptions) {
    const { modules, entry, limits, onDiagnostic } = options;
    this.#options = options;
    this.#modules = givenModules(modules, entry).map(servedModule);
    this.#limitBytes = limits.memoryLimit * BYTES_PER_MIB;
    this.#room = new ArgumentRoom(COPIES * this.#limitBytes);
    this.#functions = new GuestFunctions({ limits, guest: () => this.#guest });
    this.#crossing = new Crossing({
      limitBytes: this.#limitBytes,
      live: (value) => this.#ownFunction(value),
      iterations: this.#iterations,
      onDiagnostic,
    });
  }

  /** @throws {TypeError} for a function that is another guest's, or that has been given back */
  #ownFunction(value: object): number | undefined {
    const number = this.#functions.numberOf(value);
    if (number === undefined && isGuestFunction(value))
      throw new TypeError("it is a function of another guest, or has been given back");
    return number;
  }

  /** The guest can be called from here on: functions that it hands over are its. */
  bind(guest: LoadedGuest): void {
    this.#guest = guest;
  }

  /**
   * Serves one call. Never throws and never rejects.
   * @param mayWait false: what would have to wait is refused with `ENOTSUP`
   */
  serve(
    name: ModuleCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    mayWait: boolean,
  ): MaybePromise<CallAnswer> {
    const failed = (error: unknown): CallAnswer => answerOfFailure(error, name, this.#options.onDiagnostic);
    try {
      const steps = this.#steps(name, checkArguments(name, args), input, mayWait);
      const answer = runSteps(steps, { ...this.#stepping, mayWait });
      return answer instanceof Promise ? answer.catch(failed) : answer;
    } catch (error) {
      return failed(error);
    }
  }

  /** The guest has ended: what it has called hears of it, and what it has handed over is of no use. */
  dispose(): void {
    this.#guest = undefined;
    const reason = new Error("the guest has ended");
    this.#end.abort(reason);
    for (const call of [...this.#live]) call.abort(reason);
    this.#functions.clear();
    this.#iterations.closeAll();
    this.#promises.takeAll();
  }

  readonly #stepping: StepsOptions = {
    abandoned: () => this.#end.signal.aborted,
    wouldWait: () =>
      new ToldError(
        "Error",
        "ENOTSUP",
        "ENOTSUP: an inline cell cannot wait for a host function that answers by promise",
      ),
  };

  #steps(
    name: ModuleCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    mayWait: boolean,
  ): Steps<CallAnswer> {
    const [first, second, third] = args;
    switch (name) {
      case "module.open":
        return this.#open(Number(first));
      case "module.call":
        return this.#call(this.#given(this.#find(Number(first), Number(second)), input, mayWait), third === true);
      case "module.await":
        return this.#await(Number(first));
      case "module.next":
        return this.#iterations.next(Number(first), second === true, this.#crossing);
      default:
        return name satisfies never;
    }
  }

  // biome-ignore lint/correctness/useYield: it has nothing to wait for, and is asked as those are that have.
  *#open(number: number): Steps<CallAnswer> {
    const listing = this.#modules[number]?.listing;
    if (listing === undefined) throw new CallFailure("ENOENT");
    return { result: listing.byteLength, payload: listing };
  }

  #find(module: number, number: number): Origin {
    const { name, functions } = this.#modules[module] ?? NO_MODULE;
    const target = functions[number];
    if (target === undefined) throw new CallFailure("EINVAL");
    return { module: name, target, life: new HostCallLife(name, target.path, this.#live) };
  }

  #given(origin: Origin, bytes: Uint8Array, mayWait: boolean): FunctionArguments {
    return new FunctionArguments({
      origin,
      bytes,
      mayWait,
      limitBytes: this.#limitBytes,
      room: this.#room,
      functions: this.#functions,
    });
  }

  *#call(given: FunctionArguments, takesPromise: boolean): Steps<CallAnswer> {
    const { target, life } = given.origin;
    const deadline = deadlineOf(target, life);
    const release = given.hold();
    try {
      return yield* within(deadline, this.#perform(given, takesPromise, deadline));
    } catch (error) {
      return this.#crossing.failure(given.origin, error);
    } finally {
      release();
    }
  }

  *#perform(given: FunctionArguments, takesPromise: boolean, deadline: CallDeadline | undefined): Steps<CallAnswer> {
    const { origin } = given;
    const args = yield* this.#admit(given);
    const result = runHostFunction({ ...origin, args }, origin.life);
    if (takesPromise && origin.target.definition.mode === "either" && isPromiseLike(result))
      return this.#keep(given, result, deadline);
    return yield* this.#result(given, result);
  }

  *#result(given: FunctionArguments, result: unknown): Steps<CallAnswer> {
    return yield* this.#crossing.result(given, yield* settle(result as MaybePromise<unknown>));
  }

  /** The arguments with which the function is to run, once nobody has anything against that. */
  *#admit(given: FunctionArguments): Steps<readonly unknown[]> {
    const { origin } = given;
    try {
      const args = yield* given.take();
      yield* this.#permit(given);
      return yield* settle(validArguments({ ...origin, args }));
    } catch (error) {
      given.dismiss();
      throw error;
    }
  }

  /** The check gets a copy of its own: whatever it does with it, the function gets what the guest has sent. */
  *#permit(given: FunctionArguments): Steps<void> {
    const { module, target } = given.origin;
    const { check, onDiagnostic } = this.#options;
    if (check === undefined) return;
    const request = { module, function: target.path, args: yield* given.copy() };
    const decision = yield* settle(decide(check, request, onDiagnostic));
    if (decision.allow) return;
    const why = decision.reason === undefined ? "" : ` (${decision.reason})`;
    throw new ToldError("Error", "EACCES", `EACCES: permission denied${why}, call ${target.path}() of '${module}'`);
  }

  #keep(given: FunctionArguments, result: PromiseLike<unknown>, deadline: CallDeadline | undefined): CallAnswer {
    const settled = this.#settled(given, result, deadline);
    const number = this.#promises.keep(settled);
    if (number !== undefined) return keptAnswer("promise", number);
    return errorAnswer({ name: "Error", code: "EAGAIN", message: "EAGAIN: too many calls are under way" });
  }

  /** Never rejects. */
  async #settled(
    given: FunctionArguments,
    result: PromiseLike<unknown>,
    deadline: CallDeadline | undefined,
  ): Promise<CallAnswer> {
    const release = given.hold();
    try {
      return await runSteps(within(deadline, this.#result(given, result)), this.#stepping);
    } catch (error) {
      try {
        return this.#crossing.failure(given.origin, error);
      } catch (failure) {
        return answerOfFailure(failure, "module.await", this.#options.onDiagnostic);
      }
    } finally {
      release();
    }
  }

  *#await(number: number): Steps<CallAnswer> {
    const promise = this.#promises.take(number);
    if (promise === undefined) throw new CallFailure("EINVAL");
    return yield* settle(promise);
  }
}
