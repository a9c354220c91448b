import { randomInt, randomUUID } from "node:crypto";
import type { Runtime } from "vivarium";
import { PluginError } from "../errors/plugin-error.ts";
import type { PluginManifest } from "../manifest/plugin-manifest.ts";
import type { Log } from "../services/careful-log.ts";
import { LineRation } from "../services/line-ration.ts";
import type { ServicePlugin } from "../services/service.ts";
import { ServiceGate, type ServiceRecord } from "../services/service-gate.ts";
import { quoted } from "../text/quoted.ts";
import { bothAllow } from "./both-allow.ts";
import { IsolateGuest, isGivenUp, isOver } from "./isolate-guest.ts";
import { checkByManifest, type IsolateServices, lendServices } from "./lend-services.ts";
import { PluginServices } from "./plugin-services.ts";
import type { LentContext } from "./sandbox-context.ts";
import type { SandboxIsolate } from "./sandbox-isolate.ts";
import type { SandboxSettings } from "./sandbox-options.ts";
import type { SandboxRuntime } from "./sandbox-runtime.ts";
import { StorageQuota } from "./storage-quota.ts";

/** What an isolate needs of its sandbox. */
export interface IsolateParts {
  readonly manifest: PluginManifest;
  readonly settings: SandboxSettings;
  readonly runtime: SandboxRuntime;
  readonly log: Log;
}

interface OpenContext {
  readonly gate: ServiceGate;
  readonly signal: AbortSignal;
}

/** An isolate of one plugin: a guest, and another after one that a limit has ended. */
export class LiveIsolate {
  readonly handle: SandboxIsolate;
  /** As last measured. */
  memoryBytes = 0;
  readonly #parts: IsolateParts;
  readonly #plugin: ServicePlugin;
  readonly #services: IsolateServices;
  readonly #rations: Readonly<Record<"debug" | "warn", LineRation>> = {
    debug: new LineRation(),
    warn: new LineRation(),
  };
  readonly #ending: AbortController = new AbortController();
  /** By numbers that the code of another execution cannot guess. */
  readonly #contexts: Map<number, OpenContext> = new Map();
  /** The one that it has, or will have. */
  #guest: Promise<IsolateGuest> | undefined;
  #current: IsolateGuest | undefined;
  #runtime: Runtime | undefined;

  constructor(parts: IsolateParts) {
    const { id, version, limits, permissions } = parts.manifest;
    this.#parts = parts;
    this.#plugin = { id, version, manifest: parts.manifest };
    const quota = new StorageQuota(permissions.storage?.quotaBytes ?? 0, id);
    this.#services = { services: new PluginServices(), quota };
    this.handle = Object.freeze({
      id: randomUUID(),
      pluginId: id,
      pluginVersion: version,
      memoryLimitMB: limits.memoryMb,
      cpuTimeLimitMs: limits.cpuTimeMs,
      wallTimeLimitMs: limits.wallTimeMs,
      createdAt: Date.now(),
    });
  }

  get isDisposed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Its first guest. @throws PluginError, when nothing is left of it */
  async open(): Promise<void> {
    this.#runtime = this.#parts.runtime.take();
    try {
      await this.#present();
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** @throws PluginError as {@link IPluginSandbox.executeInSandbox} says */
  async execute(code: string, context: LentContext): Promise<unknown> {
    this.assertLive();
    const over = new AbortController();
    const run = randomInt(2 ** 48 - 1);
    const gate = this.#gateFor(context);
    this.#contexts.set(run, { gate, signal: over.signal });
    try {
      return await this.#run(await this.#present(), [code, gate.describe(), run], context);
    } finally {
      this.#contexts.delete(run);
      over.abort();
    }
  }

  /** @throws PluginError `ERR_PLUGIN_DISPOSED` */
  assertLive(): void {
    if (this.isDisposed) throw this.#disposed();
  }

  /** Bytes of memory, measured now; undefined while there is no guest, or none that could be asked. */
  async measure(): Promise<number | undefined> {
    return this.#current?.memoryBytes();
  }

  /** Settles when nothing of it is left. Idempotent. */
  async end(): Promise<void> {
    this.#ending.abort();
    const loaded = await this.#guest?.catch(() => undefined);
    await loaded?.guest.dispose();
    if (this.#runtime === undefined) return;
    this.#runtime = undefined;
    this.#parts.runtime.giveBack();
  }

  async #run(present: IsolateGuest, args: readonly unknown[], { signal, timeoutMs }: LentContext): Promise<unknown> {
    try {
      this.assertLive();
      return await present.guest.call("execute", args, {
        ...(signal !== undefined && { signal }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      });
    } catch (error) {
      throw await this.#ended(present, error);
    }
  }

  async #ended(present: IsolateGuest, error: unknown): Promise<unknown> {
    if (this.isDisposed) return this.#disposed();
    if (!(error instanceof PluginError)) return error;
    const reason = present.reasonOf(error);
    if (isOver(reason) || (isGivenUp(reason) && !(await present.isAwake()))) {
      present.retire(reason);
      this.#forget(present);
    }
    return reason;
  }

  #present(): Promise<IsolateGuest> {
    this.#guest ??= this.#load();
    return this.#guest;
  }

  async #load(): Promise<IsolateGuest> {
    const { manifest, settings } = this.#parts;
    try {
      if (this.#runtime === undefined) throw this.#disposed();
      const present = await IsolateGuest.load({
        runtime: this.#runtime,
        manifest,
        gates: { gateOf: (run) => this.#contexts.get(run) },
        resultLimitBytes: settings.resultLimitBytes,
        signal: this.#ending.signal,
        onMessage: (message) => this.#say("warn", `Its guest says ${quoted(message, 500)}`),
      });
      this.#current = present;
      void present.guest.exited.then(() => this.#forget(present));
      return present;
    } catch (error) {
      this.#guest = undefined;
      throw this.isDisposed ? this.#disposed() : error;
    }
  }

  /** What comes next gets a guest that is new. */
  #forget(present: IsolateGuest): void {
    if (this.#current !== present) return;
    this.#current = undefined;
    this.#guest = undefined;
    this.memoryBytes = 0;
  }

  #gateFor(context: LentContext): ServiceGate {
    const { check, callsAtOnce, serviceTimeoutMs } = this.#parts.settings;
    return new ServiceGate({
      plugin: this.#plugin,
      granted: lendServices(context, this.#plugin, this.#services),
      check: bothAllow(checkByManifest, check),
      onCall: (record) => this.#heard(record),
      callsAtOnce,
      timeoutMs: serviceTimeoutMs,
    });
  }

  #heard(record: ServiceRecord): void {
    const { service, method, outcome, ms, error } = record;
    const level = outcome === "done" ? "debug" : "warn";
    const told = { service, method, ms, ...(error !== undefined && { error }) };
    this.#say(level, `Call of a service: ${outcome}`, told);
    this.#parts.settings.onServiceCall?.(record);
  }

  /** Whatever a plugin makes the host say is bounded: what goes well apart from what does not. */
  #say(level: "debug" | "warn", message: string, told: Record<string, unknown> = {}): void {
    const { log } = this.#parts;
    const who = { plugin: this.handle.pluginId, isolate: this.handle.id };
    this.#rations[level].spend(
      () => log(level, message, { ...who, ...told }),
      (problem) => log("warn", `It ${problem}`, who),
    );
  }

  #disposed(): PluginError {
    return new PluginError("ERR_PLUGIN_DISPOSED", "The isolate was disposed of", { plugin: this.handle.pluginId });
  }
}
