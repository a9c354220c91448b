import {
  CURRENT_POSITION,
  type Diagnostic,
  isPromiseLike,
  type Limits,
  type LoadedGuest,
  type MaybePromise,
  type Outcome,
  VivariumError,
} from "@vivarium/core";
import { AWAKE_MS, type CallAnswer, Pace } from "@vivarium/kernel";
import { abortOutcome } from "../abort-outcome.ts";
import type { CellMessage, RepeatMessage } from "../channel/cell-message.ts";
import type { CellProgram } from "../channel/host-message.ts";
import { WireError } from "../channel/protocol.ts";
import { encodeArguments } from "../encode-arguments.ts";
import type { FamilyTime } from "../family-time.ts";
import { OpenInvocations } from "../open-invocations.ts";
import type { FileAccess } from "../replica/file-access.ts";
import { conflictOf, conflictOutcome } from "../replica/repeat-conflict.ts";
import { type FileCall, isRepeatable } from "../replica/repeated-calls.ts";
import { isOutputPiece } from "../split-output.ts";
import type { ThreadsMemory } from "../threads-memory.ts";
import type { HostService } from "./host-service.ts";
import { PendingCalls } from "./pending-calls.ts";
import { RunDeadlines } from "./run-deadlines.ts";
import type { Ending, RunLine } from "./run-line.ts";
import { stayAwake } from "./stay-awake.ts";

/** Bytes of an error that a call may throw, whatever its result may be. */
const MAX_THROWN_BYTES = 1024 * 1024;

/** Faults that a cell may tell of in one run, or while it waits for one. */
export const MAX_FAULTS = 100;

/** What a cell is asked to run. */
export interface RunRequest {
  readonly program: CellProgram;
  readonly service: HostService;
  /** Who serves the guest's files, where that may be the cell. */
  readonly files?: FileAccess;
  readonly signal: AbortSignal | undefined;
  /** The guest is entered: its time counts from now on. Not called where it never is. */
  readonly onStarted?: () => void;
  /** The program can be called, where it hands functions over before it has been evaluated: as soon as it begins. */
  readonly onCallable?: (guest: LoadedGuest) => void;
  /** A program that stays has been evaluated. */
  readonly onLoaded?: ((guest: LoadedGuest) => void) | undefined;
  /** With whom it shares its CPU time. */
  readonly family?: FamilyTime | undefined;
  /** With whom it shares its memory. */
  readonly memory?: ThreadsMemory | undefined;
  /** Whose it is, among those who share the cell. */
  readonly owner?: object;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

export interface CellRunOptions extends RunRequest {
  readonly cell: RunLine;
}

/** What the cell said of the end of the run. */
export interface CellRunEnd {
  readonly outcome: Outcome;
  readonly exports: Uint8Array | undefined;
  /** See {@link CellMessage}. */
  readonly leavesWork: boolean;
}

/** One run in one cell, as the host sees it: it serves the calls, keeps the last deadlines and awaits the end. */
export class CellRun {
  readonly #options: CellRunOptions;
  readonly #deadlines: RunDeadlines;
  readonly #pending: PendingCalls;
  readonly #onAbort: () => void = () => this.#abort();
  /** Of a program that can be called. */
  readonly #invocations: OpenInvocations | undefined;
  #isLoaded = false;
  readonly #pace: Pace = new Pace();
  /** When the last call was given to the guest, on the clock of `performance`. */
  #invokedAt = 0;
  /** The limit (ms) of the call that was over last, if it had used up its CPU time: the guest may have ended with it. */
  #exceeded: number | undefined;
  #verdict: Outcome | undefined;
  #leaveFamily: (() => void) | undefined;
  #leaveMemory: (() => void) | undefined;
  #started = false;
  #over = false;
  #synchronousCall = false;
  #faults = 0;

  constructor(options: CellRunOptions) {
    this.#options = options;
    const { cell, program } = options;
    this.#pending = new PendingCalls(cell);
    const isCalled = program.mode === "load" || program.config.modules.length > 0;
    this.#invocations = isCalled ? this.#openInvocations() : undefined;
    this.#deadlines = new RunDeadlines(program.limits, cell, {
      expire: (outcome, what) => this.end(outcome, what),
      onLate: () =>
        cell.withdraw(new VivariumError("ERR_CELL_FAILED", { problem: "it did not make a guest ready in time" })),
    });
  }

  /** Has the cell begin. */
  begin(): void {
    const { cell, program, signal } = this.#options;
    cell.send({ kind: "execute", program });
    if (signal?.aborted === true) this.#abort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get limits(): Limits {
    return this.#options.program.limits;
  }

  /** Whether the guest has been entered: before that, the run can be had again in another cell. */
  get started(): boolean {
    return this.#started;
  }

  /** The outcome that the host has decided on, when it had to end the run itself. */
  get verdict(): Outcome | undefined {
    return this.#verdict;
  }

  /** This is how it ends, unless that has been decided before. */
  judge(outcome: Outcome): void {
    this.#verdict ??= outcome;
  }

  /** Tells whoever has asked for the run. */
  report(diagnostic: Diagnostic): void {
    this.#options.onDiagnostic(diagnostic);
  }

  /** Whether the guest waits for an answer. */
  get isWaitedFor(): boolean {
    return this.#synchronousCall;
  }

  /** Ends the run, and a cell that has no other with it. */
  end(outcome: Outcome, what: Ending = "run"): void {
    this.judge(outcome);
    this.#options.cell.end(this.#verdict ?? outcome, what);
  }

  /**
   * Takes a message of the running cell; answers with the end of the run when this is it.
   * @throws {WireError} when the cell may not say this now.
   */
  take(message: CellMessage): CellRunEnd | undefined {
    switch (message.kind) {
      case "started":
        if (this.#started) throw new WireError("A run cannot start twice");
        this.#started = true;
        this.#deadlines.started();
        this.#joinFamily();
        this.#joinMemory();
        if (this.#invocations !== undefined) this.#options.onCallable?.(this.#invocations);
        this.#options.onStarted?.();
        return undefined;
      case "call":
        this.#serve(message);
        return undefined;
      case "output":
        this.#print(message);
        return undefined;
      case "repeat":
        this.#repeat(message);
        return undefined;
      case "released":
        this.#filesLent().release(message.positions);
        return undefined;
      case "fault":
        this.#tell(message.code, message.message);
        return undefined;
      case "loaded":
        this.#load();
        return undefined;
      case "invoked":
        this.#endInvocation(message);
        return undefined;
      case "usage":
        if (!this.#isLoaded) throw new WireError("A program that does not stay tells what it has used");
        this.#invocations?.used(message.usage);
        return undefined;
      case "finished":
        return this.#finish(message);
      case "ready":
      case "prepared":
      case "confined":
      case "replicas":
        throw new WireError(`A running cell cannot say "${message.kind}"`);
      default:
        return message satisfies never;
    }
  }

  /** Whatever is still under way is nobody's business any more. */
  close(): void {
    this.#over = true;
    this.#leaveFamily?.();
    this.#leaveMemory?.();
    this.#invocations?.close();
    this.#deadlines.clear();
    this.#pending.clear();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #joinFamily(): void {
    const { cell, family, program } = this.#options;
    // Of a cell that several guests have at a time, nobody can tell what one has used.
    const usedMs = (): number | undefined => (cell.isShared ? undefined : cell.cpuTimeMs());
    const before = usedMs();
    this.#leaveFamily = family?.join({
      limits: program.limits,
      cpuTimeMs: () => {
        const now = usedMs();
        return now === undefined || before === undefined ? undefined : now - before;
      },
      end: (outcome) => this.end(outcome),
    });
  }

  #joinMemory(): void {
    const { cell, memory } = this.#options;
    this.#leaveMemory = memory?.join({
      grownBytes: () => (cell.isShared ? undefined : this.#deadlines.grownBytes()),
      end: (outcome) => this.end(outcome, "cell"),
    });
  }

  #load(): void {
    const { program, onLoaded } = this.#options;
    const invocations = this.#invocations;
    if (!this.#started || program.mode !== "load" || invocations === undefined)
      throw new WireError("A run that is not loaded says that it is");
    if (this.#isLoaded) throw new WireError("A program is loaded twice");
    this.#isLoaded = true;
    this.#deadlines.loaded();
    onLoaded?.(invocations);
  }

  #openInvocations(): OpenInvocations {
    const { cell, program } = this.#options;
    const invocations: OpenInvocations = new OpenInvocations({
      // They are written into a frame at once.
      encode: (invocation) => encodeArguments(invocation, program.limits, true),
      askUsage: () => cell.send({ kind: "ask-usage" }),
      cpuTimeMs: () => (cell.isShared ? undefined : cell.cpuTimeMs()),
      lowerPriority: (niceness) => cell.lowerPriority(niceness),
      suspend: (isSuspended) => cell.suspend(isSuspended),
      place: (invocation) => {
        if (this.#isLoaded) this.#deadlines.invoked(invocation.cpuTimeLimitMs);
        cell.send({ kind: "invoke", invocation });
        this.#pace.beat();
        this.#invokedAt = performance.now();
        if (this.#pace.isQuick) stayAwake(AWAKE_MS * 1000);
      },
      cancel: (id) => {
        cell.send({ kind: "cancel", invocation: id });
        this.#rest();
      },
    });
    return invocations;
  }

  /** Whose program stays, has calls that bound its time. */
  #rest(): void {
    if (this.#isLoaded && this.#invocations?.size === 0) this.#deadlines.rested();
  }

  #endInvocation({ end }: CellMessage & { readonly kind: "invoked" }): void {
    const invocations = this.#invocations;
    if (invocations === undefined) throw new WireError("A call is over in a program that takes none");
    const { limits } = this.#options.program;
    if (performance.now() - this.#invokedAt > AWAKE_MS) this.#pace.missed();
    this.#exceeded = end.kind === "cpu-time-limit" ? invocations.limitOf(end.id) : undefined;
    if (end.value.byteLength > Math.max(limits.resultLimitBytes, MAX_THROWN_BYTES))
      throw new WireError("A result is larger than the limit");
    // A copy: a result is kept for longer than the frame that it came in.
    invocations.end({ ...end, value: new Uint8Array(end.value) });
    this.#rest();
  }

  #serve({ name, request, args, input }: CellMessage & { readonly kind: "call" }): void {
    if (request === 0) {
      if (this.#synchronousCall) throw new WireError("A synchronous call is made before the last one was answered");
      this.#synchronousCall = true;
    }
    this.#perform({ name, args, input }, (answer) => this.#reply(request, answer));
  }

  #print({ descriptor, data }: CellMessage & { readonly kind: "output" }): void {
    this.#perform({ name: "fs.write", args: [descriptor, CURRENT_POSITION], input: data }, ({ ended }) => {
      // The guest would go on until it asks the host for something, and change files meanwhile.
      if (ended !== undefined) this.end(ended);
    });
  }

  #repeat(message: RepeatMessage): void {
    const { name, args, input, timeMs } = message;
    const files = this.#filesLent();
    if (!isRepeatable(name)) throw new WireError("A call cannot be repeated");
    const onAnswer = (answer: CallAnswer): void => {
      const conflict = conflictOf(message, answer);
      if (conflict === undefined) return;
      this.#options.onDiagnostic({ code: conflict.code, message: conflict.message });
      this.end(conflictOutcome);
    };
    this.#perform({ name, args, input }, onAnswer, () => files.repeat({ name, args, input }, timeMs));
  }

  #filesLent(): FileAccess {
    const { files } = this.#options;
    if (files?.isLent !== true) throw new WireError("The host serves the files");
    return files;
  }

  #perform(
    call: FileCall,
    onAnswer: (answer: CallAnswer) => void,
    serve: () => MaybePromise<CallAnswer> = () => this.#options.service.serve(call.name, call.args, call.input),
  ): void {
    if (!this.#started) throw new WireError("A guest that has not started makes no system call");
    this.#pending.add(call);
    // The pieces of long output are one call of the guest.
    if (!isOutputPiece(call)) this.#deadlines.called();
    const finish = (answer: CallAnswer): void => {
      if (this.#over) return;
      this.#pending.remove(call);
      onAnswer(answer);
    };
    const answer = serve();
    if (isPromiseLike(answer)) answer.then(finish, (error: unknown) => this.#options.cell.kill(error));
    else finish(answer);
    this.#pending.hold();
  }

  #reply(request: number, answer: CallAnswer): void {
    if (request === 0) {
      this.#synchronousCall = false;
      this.#options.cell.answer(answer);
    } else this.#options.cell.send({ kind: "completion", request, answer });
  }

  #finish(message: CellMessage & { readonly kind: "finished" }): CellRunEnd {
    const { program } = this.#options;
    const { outcome, exports, leavesWork } = message;
    const size = exports?.byteLength ?? 0;
    if (size > program.limits.resultLimitBytes) throw new WireError("The exports are larger than the limit");
    if (exports !== undefined && program.mode !== "run") throw new WireError("Nobody has asked for exports");
    const limitMs = this.#exceeded;
    if (outcome.kind === "cpu-time-limit" && limitMs !== undefined)
      return { outcome: this.#verdict ?? { ...outcome, limitMs }, exports, leavesWork };
    const aborted = outcome.kind === "aborted" ? abortOutcome(this.#options.signal?.reason) : outcome;
    // No copy: the frame belongs to this run, and exports may be as large as the result limit.
    return { outcome: this.#verdict ?? aborted, exports, leavesWork };
  }

  #tell(code: string, message: string): void {
    this.#faults += 1;
    if (this.#faults > MAX_FAULTS) throw new WireError("A cell tells of too many faults");
    this.#options.onDiagnostic({ code, message });
  }

  #abort(): void {
    if (this.#over) return;
    const { cell, signal } = this.#options;
    if (!this.#started) {
      cell.withdraw(signal?.reason);
      return;
    }
    cell.send({ kind: "abort" });
    this.#deadlines.aborted(abortOutcome(signal?.reason));
  }
}
