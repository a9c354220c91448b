import type { Outcome } from "vivarium";
import { PluginError, type PluginErrorCode } from "../errors/plugin-error.ts";
import { endedError } from "../life/call-error.ts";
import { isBreach, type PluginLife } from "../life/plugin-life.ts";
import { Recovery, type Remedy } from "../life/recovery.ts";
import type { HandlerKind } from "../life/registrar.ts";
import { Sequence } from "../life/sequence.ts";
import { matchesEvent } from "../manifest/matches-event.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import { type Delivery, DeliveryQueue } from "./delivery-queue.ts";
import { elapsed } from "./elapsed.ts";
import { EventDepth } from "./event-depth.ts";
import type { HostedPluginParts } from "./hosted-plugin-parts.ts";
import { PluginRecord } from "./plugin-record.ts";
import { infoOf, isUp, type PluginInfo, type PluginState, type PluginStatus } from "./plugin-status.ts";
import { startUntil } from "./start-until.ts";
import { UseMeter } from "./use-meter.ts";

/** One installed plugin, from its installation on: its state, its guest, and the events that wait for it. */
export class HostedPlugin {
  readonly id: string;
  readonly deliveries: DeliveryQueue;
  readonly depth: EventDepth = new EventDepth();
  readonly #parts: HostedPluginParts;
  readonly #sequence: Sequence = new Sequence();
  readonly #recovery: Recovery;
  readonly #record: PluginRecord = new PluginRecord();
  readonly #meter: UseMeter = new UseMeter();
  #package: PluginPackage;
  #state: PluginState = "installed";
  #life: PluginLife | undefined;
  /** What its last guest listens to; undefined before the first of this package. */
  #heard: PluginLife["hears"] | undefined;
  #starting: Promise<void> | undefined;
  /** Fires when it is to stop, for whatever is being started until then. */
  #stopping: AbortController = new AbortController();
  #rest: NodeJS.Timeout | undefined;

  constructor(parts: HostedPluginParts) {
    this.#parts = parts;
    this.#package = parts.package;
    this.id = parts.package.manifest.id;
    this.#recovery = new Recovery(parts.recovery);
    this.deliveries = new DeliveryQueue({
      plugin: this.id,
      most: parts.maxQueuedEvents,
      deliver: (delivery, until) => parts.courtesy.deliver(() => this.#deliver(delivery, until)),
      onDropped: (error) => parts.onFailure("Events for it are dropped", this.#record.describe(error)),
    });
  }

  get info(): PluginInfo {
    return infoOf(this.#package, this.#state);
  }

  async status(): Promise<PluginStatus> {
    const use = { ...(await this.#meter.read()), deliveries: this.deliveries.use() };
    return { ...this.info, health: this.#record.read(), use };
  }

  /** Whether an event is for it, as far as is known. */
  hears(kind: HandlerKind, event: string): boolean {
    const { hooks } = this.#package.manifest.permissions;
    return isUp(this.#state) && (this.#heard?.(kind, event) ?? matchesEvent(hooks, event));
  }

  /**
   * Starts it, whatever it has done before, unless it runs; a start that is under way is waited for.
   *
   * @throws PluginError `ERR_PLUGIN_STATE` (disabled), `ERR_PLUGIN_LOAD`, `_LIMIT`, `_PERMISSION`, `_ABORTED`
   */
  async start(): Promise<void> {
    this.#recovery.reset();
    clearTimeout(this.#rest);
    const { signal } = this.#stopping;
    const starting = this.#starting ?? this.#sequence.run(() => this.#startNow(signal));
    this.#starting = starting;
    try {
      await starting;
    } finally {
      if (this.#starting === starting) this.#starting = undefined;
    }
  }

  /** Ends it, or what is becoming of it, within a bounded time: what waits for it is dropped. Never rejects. */
  async stop(to: "stopped" | "disabled" = "stopped"): Promise<void> {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#starting = undefined;
    await this.#sequence.run(() => this.#stopNow(to));
  }

  /** One that was disabled can be started again. */
  async enable(): Promise<void> {
    await this.#sequence.run(async () => {
      if (this.#state === "disabled") this.#state = "stopped";
    });
  }

  /**
   * Puts another package in its place; while it runs, beside it, and then the one before ends when it is through.
   *
   * @throws PluginError as {@link start}: then nothing has changed
   */
  async update(next: PluginPackage): Promise<void> {
    const { signal } = this.#stopping;
    await this.#sequence.run(() => this.#updateNow(next, signal));
  }

  /** What it has made of a value is not what its host can use. @returns what is said of that */
  refuse(event: string): PluginError {
    const error = this.#error("ERR_PLUGIN_ARGUMENT", `The host does not take what it has made of ${event}`);
    this.#fail("What it has made of a value is dropped", error);
    return error;
  }

  /** By itself, unless it was told to do anything else in the meantime. */
  async #restart(signal: AbortSignal): Promise<void> {
    if (this.#state !== "resting" && this.#state !== "broken") return;
    await this.#startNow(signal);
    this.#record.restarted();
  }

  async #startNow(signal: AbortSignal): Promise<void> {
    if (this.#state === "disabled") throw this.#error("ERR_PLUGIN_STATE", "It is disabled");
    if (this.#life !== undefined) return;
    const hadCrashed = this.#state === "resting" || this.#state === "broken";
    this.#state = "starting";
    this.deliveries.pause();
    try {
      this.#adopt(await startUntil(signal, this.#package, this.#parts.live));
    } catch (error) {
      this.#state = "stopped";
      this.#fail("It could not be started", error);
      if (hadCrashed && !signal.aborted) this.#heed(this.#recovery.crashed(performance.now()));
      else this.deliveries.close(this.#error("ERR_PLUGIN_STATE", "It could not be started"));
      throw error;
    }
  }

  #adopt(life: PluginLife): void {
    clearTimeout(this.#rest);
    this.#life = life;
    this.#heard = life.hears;
    this.#meter.join(life);
    this.#parts.courtesy.follow(life);
    this.#record.began();
    this.#state = "running";
    void life.exited.then((outcome) => this.#ended(life, outcome));
    this.deliveries.open();
  }

  async #stopNow(to: "stopped" | "disabled"): Promise<void> {
    clearTimeout(this.#rest);
    if (this.#state === "disabled") return;
    this.#state = "stopping";
    this.deliveries.close(this.#error("ERR_PLUGIN_STATE", "It was stopped"));
    if (this.#life !== undefined) {
      await Promise.race([this.deliveries.settled(), elapsed(this.#parts.stopTimeoutMs)]);
      this.#parts.courtesy.follow(undefined);
      await this.#end(this.#life);
      this.#life = undefined;
      this.#record.ended();
    }
    this.#state = to;
  }

  async #updateNow(next: PluginPackage, signal: AbortSignal): Promise<void> {
    if (!isUp(this.#state)) {
      this.#package = next;
      this.#heard = undefined;
      return;
    }
    const life = await startUntil(signal, next, this.#parts.live);
    await this.#meter.read();
    const before = this.#life;
    const over = this.deliveries.settled();
    this.#package = next;
    this.#recovery.reset();
    this.#adopt(life);
    await over;
    if (before !== undefined) await this.#end(before);
  }

  /** Never rejects. */
  async #end(life: PluginLife): Promise<void> {
    const { stopTimeoutMs } = this.#parts;
    if (!life.hasEnded)
      await life.deactivate(stopTimeoutMs).catch((error) => this.#fail("Its deactivation has failed", error));
    await this.#meter.read();
    await life.dispose();
    this.#meter.leave(life);
  }

  #lose(life: PluginLife): void {
    this.#life = undefined;
    this.#meter.leave(life);
    this.#parts.courtesy.follow(undefined);
    this.#record.ended();
  }

  /** Not told to. */
  #ended(life: PluginLife, outcome: Outcome): void {
    if (this.#life !== life || this.#state !== "running") return;
    this.#lose(life);
    this.#record.crashed();
    this.#fail("It has ended", endedError(outcome, this.id));
    this.#heed(this.#recovery.crashed(performance.now()));
  }

  async #deliver(delivery: Delivery, until: number): Promise<unknown> {
    const life = this.#life;
    if (life === undefined) throw this.#error("ERR_PLUGIN_DISPOSED", "It has ended while it waited for its turn");
    this.depth.enter(delivery.depth);
    try {
      const answer = await life.deliver(delivery, Math.min(until, performance.now() + this.#parts.eventTimeoutMs));
      this.#recovery.worked();
      return answer;
    } catch (error) {
      this.#fail(`It has failed at "${delivery.name}"`, error);
      if (isBreach(error)) this.#breached(life);
      throw error;
    } finally {
      this.depth.leave(performance.now());
      this.#meter.glance(performance.now());
    }
  }

  #breached(life: PluginLife): void {
    if (this.#life !== life || life.hasEnded || this.#state !== "running") return;
    const remedy = this.#recovery.breached(performance.now());
    if (remedy.kind === "go-on") return;
    this.#lose(life);
    void this.#sequence.run(() => life.dispose());
    this.#heed(remedy);
  }

  #heed({ kind, ms }: Remedy): void {
    this.#state = kind === "break" ? "broken" : "resting";
    if (kind === "break") this.deliveries.close(this.#error("ERR_PLUGIN_RESTING", "It has failed too often of late"));
    else this.deliveries.pause();
    this.#rest = setTimeout(() => {
      const { signal } = this.#stopping;
      this.#sequence.run(() => this.#restart(signal)).catch(() => undefined);
    }, ms).unref();
  }

  #fail(what: string, error: unknown): void {
    this.#parts.onFailure(what, this.#record.failed(error));
  }

  #error(code: PluginErrorCode, message: string): PluginError {
    return new PluginError(code, message, { plugin: this.id });
  }
}
