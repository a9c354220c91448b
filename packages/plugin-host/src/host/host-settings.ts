import {
  BareRuntime,
  createDefaultNetworkAdapter,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Runtime,
} from "vivarium";
import { PluginError, type PluginIssue } from "../errors/plugin-error.ts";
import type { CpuShare } from "../life/cpu-account.ts";
import type { RecoveryOptions } from "../life/recovery.ts";
import type { PluginLimits } from "../manifest/plugin-manifest.ts";
import { defaultLimits } from "../manifest/whole-manifest.ts";
import { httpService } from "../services/http/http-service.ts";
import type { ILogger } from "../services/logger.ts";
import { createMemoryStorage } from "../services/storage/memory-storage.ts";
import { storageService } from "../services/storage/storage-service.ts";
import { Approvals } from "./approvals.ts";
import { carefulLogger } from "./careful-logger.ts";
import type { HostServices } from "./granted-here.ts";
import type { EmitRate, PluginHostOptions } from "./host-options.ts";
import { LongGoes } from "./long-goes.ts";
import { optionSchemas } from "./option-schemas.ts";
import { servicesOf } from "./own-services.ts";

/** What may be missing. */
type Heard = {
  readonly [Name in "check" | "onServiceCall" | "onEvent"]: PluginHostOptions[Name] | undefined;
};

/** What holds, once everything is said. */
export interface HostSettings
  extends Required<
      Pick<
        PluginHostOptions,
        | "serviceTimeoutMs"
        | "serviceCallsAtOnce"
        | "serviceCallsPerSecond"
        | "resultLimitBytes"
        | "startsAtOnce"
        | "stopTimeoutMs"
        | "eventTimeoutMs"
        | "maxQueuedEvents"
        | "maxEventDepth"
        | "order"
        | "approveFirst"
        | "runtime"
      >
    >,
    Heard,
    HostServices {
  readonly logger: ILogger;
  readonly limits: PluginLimits;
  readonly recovery: RecoveryOptions;
  readonly cpuShare: CpuShare;
  readonly longGoes: LongGoes;
  readonly emits: EmitRate;
  readonly approvals: Approvals;
  /** Disposes of what the host has made for itself. */
  readonly dispose: () => Promise<void>;
}

/** The host goes before its plugins where there is not CPU time for all, or they could keep it from its work together. */
const NICENESS = 5;
/** Of all plugins of one host. */
const MOST_GUESTS = 1000;
/** The first crash may be a chance. */
const RESTS_MS = [0, 1_000, 5_000, 30_000, 60_000];
const BREAKER = { failures: 5, withinMs: 60_000, openMs: 60_000 };
const CPU_SHARE: CpuShare = { burstMs: 20, ofCore: 0.1 };
const EMITS: EmitRate = { perSecond: 100, burst: 200 };
const UNBOUNDED: PluginLimits = {
  memoryMb: Number.POSITIVE_INFINITY,
  cpuTimeMs: Number.POSITIVE_INFINITY,
  wallTimeMs: Number.POSITIVE_INFINITY,
};

/** @throws PluginError `ERR_PLUGIN_OPTION`, whose `issues` name all that is wrong */
export function readHostOptions(options: PluginHostOptions): HostSettings {
  assertOptions(options);
  const { restsMs = RESTS_MS, breaker, emits, limits } = options;
  const approvals = readApprovals(options);
  const logger = carefulLogger(options.logger);
  const own = new AsyncDisposableStack();
  return {
    services: servicesOf(options, logger),
    http: httpService({
      network: options.network ?? own.use(createDefaultNetworkAdapter()),
      allowPrivateAddresses: options.allowPrivateAddresses ?? false,
    }),
    storage: storageService(options.storage ?? createMemoryStorage()),
    check: options.check,
    onServiceCall: options.onServiceCall,
    onEvent: options.onEvent,
    serviceTimeoutMs: options.serviceTimeoutMs ?? 10_000,
    serviceCallsAtOnce: options.serviceCallsAtOnce ?? 128,
    serviceCallsPerSecond: options.serviceCallsPerSecond ?? 250,
    resultLimitBytes: options.resultLimitBytes ?? 2 ** 20,
    startsAtOnce: options.startsAtOnce ?? 8,
    stopTimeoutMs: options.stopTimeoutMs ?? 1000,
    eventTimeoutMs: options.eventTimeoutMs ?? 5000,
    maxQueuedEvents: options.maxQueuedEvents ?? 1000,
    maxEventDepth: options.maxEventDepth ?? 8,
    order: [...(options.order ?? [])],
    approveFirst: options.approveFirst ?? true,
    logger,
    limits: { ...UNBOUNDED, ...told(limits) },
    recovery: { restsMs: [...restsMs], breaker: { ...BREAKER, ...told(breaker) } },
    emits: { ...EMITS, ...told(emits) },
    cpuShare: { ...CPU_SHARE, ...told(options.cpuShare) },
    longGoes: new LongGoes(),
    approvals,
    runtime: options.runtime ?? own.use(createRuntime(options)),
    dispose: () => own.disposeAsync(),
  };
}

/** One in which what waits fits most plugins. */
function createRuntime({ isolation }: PluginHostOptions): Runtime {
  return new BareRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({
      maxGuests: MOST_GUESTS,
      niceness: NICENESS,
      // Nobody else can have what this one leaves.
      idleTimeMs: 0,
      ...(isolation === "shared" && { isolation }),
    }),
    memoryLimit: defaultLimits.memoryMb,
  });
}

/** What is undefined is not said. */
function told<Told extends object>(
  options: Told | undefined,
): { [Name in keyof Told]-?: Exclude<Told[Name], undefined> } {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as never;
}

function readApprovals({ approvals = {} }: PluginHostOptions): Approvals {
  try {
    return new Approvals(approvals);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { plugin } = error;
    throw invalid(error.issues.map(({ field, message }) => ({ field: `approvals.${plugin}.${field}`, message })));
  }
}

/** Said while they are told, and not when a plugin first needs what they are. */
function assertOptions(options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalid([{ field: "", message: "an object" }]);
  const issues = Object.entries(options).flatMap(([name, given]) => issuesOf(name, given));
  if (issues.length > 0) throw invalid(issues);
}

function issuesOf(name: string, given: unknown): readonly PluginIssue[] {
  if (!Object.hasOwn(optionSchemas, name)) {
    const there = Object.keys(optionSchemas).join(", ");
    return [{ field: name, message: `there is no such option; there are ${there}` }];
  }
  const schema = optionSchemas[name as keyof PluginHostOptions];
  return (schema.safeParse(given).error?.issues ?? []).map(({ path, message }) => ({
    field: [name, ...path.map(String)].join("."),
    message,
  }));
}

function invalid(issues: readonly PluginIssue[]): PluginError {
  const words = issues.map(({ field, message }) => `${field === "" ? "the whole" : field}: ${message}`).join("; ");
  return new PluginError("ERR_PLUGIN_OPTION", `Options of the host of plugins are not valid: ${words}`, { issues });
}
