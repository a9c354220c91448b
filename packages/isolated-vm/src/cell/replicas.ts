import { deserialize } from "node:v8";
import type { OnDiagnostic, ReadPackages } from "@vivarium/kernel";
import type { CellMessage } from "../channel/cell-message.ts";
import type { CellProgram } from "../channel/host-message.ts";
import type { Replica } from "../replica/replica.ts";
import { ReplicaPort } from "../replica/replica-port.ts";
import type { ChannelHostPort } from "./channel-host-port.ts";

/** Makes a filesystem of what the host has sent. */
export type MakeReplica = (state: unknown) => Replica;

export interface ReplicasOptions {
  /** Undefined for a cell that has none, or none yet. */
  readonly makeReplica: MakeReplica | undefined;
  readonly loadReplicas: (() => Promise<MakeReplica>) | undefined;
  readonly say: (message: CellMessage, run: number) => void;
  readonly onDiagnostic: OnDiagnostic;
}

/** The replica that a cell has, from one run to the next. */
export class Replicas {
  readonly #options: ReplicasOptions;
  #makeReplica: MakeReplica | undefined;
  #replica: Replica | undefined;
  #port: ReplicaPort | undefined;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    this.#makeReplica = options.makeReplica;
  }

  /** Loads what was not there from the start; answers whether there can be replicas now, and could be none before. */
  async load(): Promise<boolean> {
    if (this.#makeReplica !== undefined) return false;
    this.#makeReplica = await this.#options.loadReplicas?.();
    return this.#makeReplica !== undefined;
  }

  /** What serves a run's calls on files; undefined when the host does. */
  open(
    run: number,
    program: CellProgram,
    host: ChannelHostPort,
    packages: ReadPackages | undefined,
  ): ReplicaPort | undefined {
    const { say, onDiagnostic } = this.#options;
    const makeReplica = this.#makeReplica;
    const { replica } = program;
    // What the last guest could see may be denied to this one.
    if (replica.kind !== "keep") this.#replica = undefined;
    if (replica.kind === "none" || makeReplica === undefined) return undefined;
    if (replica.kind === "load") this.#replica = makeReplica(deserialize(replica.state));
    if (this.#replica === undefined && replica.kind !== "empty") return undefined;
    this.#port = new ReplicaPort({
      program,
      replica: this.#replica,
      policy: replica.policy,
      packages,
      host,
      isWithdrawn: () => host.isWithdrawn(),
      repeat: (message) => say(message, run),
      release: (positions) => say({ kind: "released", positions }, run),
      onDiagnostic,
    });
    return this.#port;
  }

  /** The run is over. */
  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (port?.isCurrent === false) this.#replica = undefined;
    await port?.dispose();
  }
}
