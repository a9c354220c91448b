import { setImmediate as nextTurn } from "node:timers/promises";
import {
  CURRENT_POSITION,
  type MaybePromise,
  type PolicyData,
  policyFromData,
  type SystemCallScalar,
} from "@vivarium/core";
import {
  type CallAnswer,
  FIRST_WAITING,
  type HostCallName,
  HostCalls,
  type HostPort,
  type OnDiagnostic,
  type ReadPackages,
} from "@vivarium/kernel";
import type { FilePosition, RepeatMessage } from "../channel/cell-message.ts";
import type { CellProgram } from "../channel/host-message.ts";
import { withOwnPayload } from "../own-payload.ts";
import { type FileCall, isForReplica, isLook, repeatOf } from "./repeated-calls.ts";
import type { Replica } from "./replica.ts";

/** How a replica's port reaches the host. */
export interface ReplicaPortOptions {
  readonly program: CellProgram;
  /** Undefined for one with nothing in it. */
  readonly replica: Replica | undefined;
  readonly policy: PolicyData | undefined;
  /** What lies over the guest's filesystem. */
  readonly packages: ReadPackages | undefined;
  /** Serves what the replica does not. */
  readonly host: HostPort;
  /** Whether the host has taken back what it let this cell serve. */
  readonly isWithdrawn: () => boolean;
  /** Has the host repeat a call. */
  readonly repeat: (message: RepeatMessage) => void;
  /** From here on the host serves everything; open files are where they are said to be. */
  readonly release: (positions: readonly FilePosition[]) => void;
  readonly onDiagnostic: OnDiagnostic;
}

/** How long a cell reads on without looking whether the host wants the replica back, in milliseconds: a look costs as much as a call. */
const LOOK_MS = 0.1;

const FIRST_FILE = 3;
/**
 * Serves the calls on a filesystem beside the guest, from a replica of it, and has the host repeat those that change
 * something, in order and without waiting. When the host wants it back, or a call comes that it could not repeat, the
 * replica is given up, and the host goes on from where it is.
 */
export class ReplicaPort implements HostPort {
  readonly #options: ReplicaPortOptions;
  readonly #own: HostCalls;
  readonly #port: HostPort;
  #isGivenUp = false;
  #lookedAt = 0;

  constructor(options: ReplicaPortOptions) {
    this.#options = options;
    const { program, replica, policy, packages, onDiagnostic } = options;
    const { config, filePath, limits, frozenTimeMs } = program;
    const permissions = policy === undefined ? {} : { fs: policyFromData(policy) };
    this.#own = new HostCalls({
      systemDriver: {
        permissions,
        processConfig: {},
        osConfig: {},
        ...(replica === undefined ? {} : { filesystem: replica.filesystem }),
        ...(packages === undefined ? {} : { packages }),
      },
      execution: { argv: [], cwd: config.cwd, env: {}, filePath, limits, stdin: "" },
      ...(frozenTimeMs === undefined ? {} : { clock: { frozenTimeMs } }),
      streamsAreElsewhere: true,
      onDiagnostic,
    });
    this.#port = this.#own.inlinePort();
  }

  /** Whether the replica is still as the host's filesystem is, or will be. */
  get isCurrent(): boolean {
    return !this.#isGivenUp;
  }

  call(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer {
    return this.#serve({ name, args, input }) ?? this.#options.host.call(name, args, input);
  }

  request(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): MaybePromise<CallAnswer> {
    const answer = this.#serve({ name, args, input });
    // Not within the turn in which it was asked for, as no file is ever read so soon: a program may abort it until then.
    return answer === undefined ? this.#options.host.request(name, args, input) : nextTurn(withOwnPayload(answer));
  }

  /** Has the host serve everything from here on. Idempotent. */
  giveUp(): void {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    const own = this.#own;
    this.#options.release(own.openFiles().map((fd): FilePosition => [fd, own.positionOf(fd) ?? 0]));
  }

  /** The run is over. */
  async dispose(): Promise<void> {
    await this.#own.dispose();
  }

  /** Undefined when the host has to serve it. */
  #serve(call: FileCall): CallAnswer | undefined {
    if (this.#isGivenUp || !isOnFiles(call)) return undefined;
    if (this.#isWithdrawn(call) || !isForReplica(call)) {
      this.giveUp();
      return undefined;
    }
    const answer = isLook(call) ? this.#port.call(call.name, call.args, call.input) : this.#change(call);
    if (!this.#own.takeMissedDevice()) return answer;
    // A device that stands for a standard stream: nothing has been done yet.
    this.giveUp();
    return undefined;
  }

  #change(call: FileCall): CallAnswer {
    const { name, args, input } = call;
    const { replica } = this.#options;
    const position = name === "fs.write" ? this.#positionOf(args) : undefined;
    const version = replica?.version;
    const timeMs = Date.now();
    const serve = (): CallAnswer => this.#port.call(name, args, input);
    const answer = replica === undefined ? serve() : replica.stampedAt(timeMs, serve);
    const repeated = repeatOf(call, answer, { position, hasChanged: version !== replica?.version });
    if (repeated === undefined) return answer;
    const result = typeof answer.result === "number" ? answer.result : 0;
    this.#options.repeat({ kind: "repeat", ...repeated, result, timeMs });
    return answer;
  }

  /** Before a change it always looks: somebody else may be waiting to make one. */
  #isWithdrawn(call: FileCall): boolean {
    const now = performance.now();
    if (isLook(call) && now < this.#lookedAt + LOOK_MS) return false;
    this.#lookedAt = now;
    return this.#options.isWithdrawn();
  }

  #positionOf([fd, position]: readonly SystemCallScalar[]): number | undefined {
    return position === CURRENT_POSITION && typeof fd === "number" ? this.#own.positionOf(fd) : undefined;
  }
}

/** Standard streams are the host's, as are the rests of its long answers, and what has nothing to do with files. */
function isOnFiles({ name, args: [first] }: FileCall): boolean {
  if (name.startsWith("fs.")) return typeof first !== "number" || (first >= FIRST_FILE && first < FIRST_WAITING);
  return name === "process.cwd" || name === "process.chdir" || name === "process.umask";
}
