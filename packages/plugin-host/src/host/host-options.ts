import type { NetworkAdapter, Runtime } from "vivarium";
import type { CpuShare } from "../life/cpu-account.ts";
import type { BreakerOptions } from "../life/recovery.ts";
import type { IPluginLimits } from "../manifest/plugin-manifest.ts";
import type { ILogger } from "../services/logger.ts";
import type { MetricsSink } from "../services/metrics-service.ts";
import type { Service } from "../services/service.ts";
import type { ServiceCheck, ServiceRecord } from "../services/service-gate.ts";
import type { PluginStorage } from "../services/storage/plugin-storage.ts";
import type { PluginApproval } from "./approvals.ts";

/** An event that a plugin has sent. */
export interface SentEvent {
  /** The plugin's id. */
  readonly from: string;
  readonly event: string;
  /** A copy of what it has sent: data of a stranger. */
  readonly payload: unknown;
}

/** How much plugins may send of events. */
export interface EmitRate {
  /** For as long as it likes. */
  readonly perSecond: number;
  /** At once. */
  readonly burst: number;
}

/** How a host runs plugins. Each option may be left out. */
export interface PluginHostOptions {
  /**
   * What plugins can call, by the names that manifests have for it. `logger`, `cache`, `config` and, with a sink, `metrics` are
   * there already, and others can be put in their places; `storage`, `http` and `events` have permissions of their own.
   * @default none
   */
  readonly services?: Readonly<Record<string, Service>>;
  /** Hears what becomes of plugins, and what they log. @default nobody */
  readonly logger?: ILogger;
  /** Where plugins store what is to stay. It stays the caller's. @default memory, until the host is disposed of */
  readonly storage?: PluginStorage;
  /** Where the figures of plugins go. @default nowhere: there is no service `metrics` */
  readonly metrics?: MetricsSink;
  /** The configuration of plugins by their ids: its values go before those of their manifests. @default none */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How plugins reach the network. @default the host's, without private addresses */
  readonly network?: NetworkAdapter;
  /**
   * Whether hosts that manifests grant by name may lie in the host's own network. Otherwise such an address is reached where a
   * manifest names it itself.
   * @default false
   */
  readonly allowPrivateAddresses?: boolean;

  /** Decides on each call of a service, beyond what manifests grant. @default all that these grant */
  readonly check?: ServiceCheck;
  /** Hears of each call of a service. What it throws is dropped. */
  readonly onServiceCall?: (record: ServiceRecord) => void;
  /** How long a call of a service may take that says nothing of its own, in milliseconds. @default 10_000 */
  readonly serviceTimeoutMs?: number;
  /** Most calls of services that one plugin has under way; one more fails. As many as by default wait in its cell for their turn. @default 128 */
  readonly serviceCallsAtOnce?: number;
  /**
   * Calls of services that one plugin may make a second for as long as it likes, and at once after a while with none; one
   * that comes sooner waits. What a call costs the host's thread is several times what it costs the plugin. @default 250
   */
  readonly serviceCallsPerSecond?: number;

  /** The most that manifests can ask for: one that asks for more is refused. @default what a manifest can say */
  readonly limits?: IPluginLimits;
  /** `process`: each plugin has a process of its own; `shared`: several share one. @default "process" */
  readonly isolation?: "process" | "shared";
  /** Where plugins live: one whose guests are bare. It stays the caller's to dispose of. @default one of its own */
  readonly runtime?: Runtime;
  /** Most bytes of what a handler answers. @default 1 MiB */
  readonly resultLimitBytes?: number;

  /**
   * Milliseconds that a plugin rests after its first crash, after its second in a row, and so on, before it is started again.
   * @default 0, 1000, 5000, 30000, 60000
   */
  readonly restsMs?: readonly number[];
  /**
   * When a plugin is put out of service: after so many crashes and breaches of limits within a time, and for how long; then it
   * is tried once, and after each trial that fails it is out of service for twice as long, up to an hour.
   * @default 5 within 60_000 ms, for 60_000 ms
   */
  readonly breaker?: Partial<BreakerOptions>;
  /**
   * How much CPU time a plugin may use, for one event and in the long run, before others go first. One that computes for longer
   * at one go is stopped, and goes on in turns with others that do, on processors that no other plugin needs; one that computes
   * two and a half times as long, or uses more than its share in the long run, comes after whatever else the machine does until it
   * is started anew. It is no limit: its manifest has that, and `eventTimeoutMs` goes on meanwhile. Plugins of
   * `isolation: "shared"` have no CPU time that could be told apart.
   * @default 20 ms at one go, and a tenth of a core
   */
  readonly cpuShare?: Partial<CpuShare>;
  /** How many plugins are started or read at a time where many are. @default 8 */
  readonly startsAtOnce?: number;
  /** How long a plugin may take to end what it has under way, and as long again to deactivate, in milliseconds. @default 1000 */
  readonly stopTimeoutMs?: number;

  /** How long one event may take a plugin, in milliseconds; of filters its waiting for its turn counts, too. @default 5000 */
  readonly eventTimeoutMs?: number;
  /** Most events that wait for one plugin; further ones are dropped, and counted. @default 1000 */
  readonly maxQueuedEvents?: number;
  /** How much one plugin may send. @default 100 a second, 200 at once */
  readonly emits?: Partial<EmitRate>;
  /** Of how many events in a row, each sent by a plugin on account of the one before, the last may come. @default 8 */
  readonly maxEventDepth?: number;
  /** Hears of each event that a plugin sends. What it throws is dropped. */
  readonly onEvent?: (sent: SentEvent) => void;
  /** Ids of the plugins that hear and filter before all others, in this order. The others follow by their ids. @default none */
  readonly order?: readonly string[];

  /** Whether a plugin that was never approved is taken as it comes. Otherwise it is held, as updates are that ask for more. @default true */
  readonly approveFirst?: boolean;
  /** What was approved before, as {@link PluginHost.approvals} tells it. @default nothing */
  readonly approvals?: Readonly<Record<string, PluginApproval>>;
}
