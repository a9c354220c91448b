import { join } from "node:path";
import { asPluginError } from "../errors/as-plugin-error.ts";
import { PluginError } from "../errors/plugin-error.ts";
import { Sequence } from "../life/sequence.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import { asksForMore, permissionDifference } from "../permissions/permission-difference.ts";
import type { PluginApproval } from "./approvals.ts";
import { type DeliveryReport, EventBus, type FilterOptions, type FilterReport } from "./event-bus.ts";
import { findSources } from "./find-sources.ts";
import { HeldPackages, type PermissionRequest } from "./held-packages.ts";
import type { PluginHostOptions } from "./host-options.ts";
import { hostPlugin } from "./host-plugin.ts";
import { type HostSettings, readHostOptions } from "./host-settings.ts";
import type { HostedPlugin } from "./hosted-plugin.ts";
import { inOrder } from "./in-order.ts";
import type { InstallReport, InstallResult, StartReport } from "./install-result.ts";
import { withLimitsHere } from "./limits-here.ts";
import type { PluginInfo, PluginStatus } from "./plugin-status.ts";
import { type PluginSource, readSource } from "./read-source.ts";
import { someAtOnce } from "./some-at-once.ts";

/** How a package comes in. */
interface Admission {
  /** A person has approved of what it asks for. */
  readonly isApproved?: boolean;
  /** Only in the place of a plugin that is there. */
  readonly isUpdate?: boolean;
}

/** Runs plugins of strangers, each in a guest of its own: starts them, starts them again when they crash, and tells them of events. */
export class PluginHost implements AsyncDisposable {
  readonly #settings: HostSettings;
  readonly #plugins: Map<string, HostedPlugin> = new Map();
  /** Of each plugin one thing after the other comes in. */
  readonly #admissions: Map<string, Sequence> = new Map();
  readonly #held: HeldPackages = new HeldPackages();
  readonly #bus: EventBus;
  #inOrder: readonly HostedPlugin[] = [];
  #disposed: Promise<void> | undefined;

  /** @throws PluginError `ERR_PLUGIN_OPTION`, whose `issues` name all that is wrong */
  constructor(options: PluginHostOptions = {}) {
    this.#settings = readHostOptions(options);
    const { eventTimeoutMs: filterTimeoutMs } = this.#settings;
    this.#bus = new EventBus({ plugins: () => this.#inOrder, filterTimeoutMs });
  }

  /**
   * Takes a plugin, and does not start it; of one that is there already it is an update (see {@link update}).
   *
   * @returns `held` if it asks for more than its approval has, or, without `approveFirst`, if it has none
   * @throws PluginError (by rejection) `ERR_PLUGIN_PACKAGE`, `ERR_PLUGIN_MANIFEST`, as {@link update}
   */
  async install(source: PluginSource): Promise<InstallResult> {
    this.#assertOpen();
    return this.#receive(await readSource(source), {});
  }

  /** Installs every folder and archive of a folder, in the order of their names. @throws PluginError `ERR_PLUGIN_PACKAGE` for a folder that cannot be read */
  async installAll(folder: string): Promise<readonly InstallReport[]> {
    this.#assertOpen();
    const names = await findSources(folder);
    return someAtOnce(names, this.#settings.startsAtOnce, async (source): Promise<InstallReport> => {
      try {
        return { source, result: await this.install(join(folder, source)) };
      } catch (error) {
        return { source, error: asPluginError(error) };
      }
    });
  }

  /**
   * Puts another version in the place of a plugin. While that runs, the new one is started beside it: from then on events
   * go to the new one, and the old one ends when it is through with what it has. If the new one cannot be started, nothing
   * changes.
   *
   * @returns `held` if it asks for more than was approved: nothing changes until {@link approve}
   * @throws PluginError (by rejection) `ERR_PLUGIN_UNKNOWN`, `ERR_PLUGIN_PACKAGE`, `ERR_PLUGIN_MANIFEST`, `ERR_PLUGIN_LOAD`,
   * `ERR_PLUGIN_LIMIT`, `ERR_PLUGIN_PERMISSION`, `ERR_PLUGIN_ABORTED`
   */
  async update(id: string, source: PluginSource): Promise<InstallResult> {
    this.#get(id);
    const next = await readSource(source);
    if (next.manifest.id !== id)
      throw new PluginError("ERR_PLUGIN_PACKAGE", `This is the package of "${next.manifest.id}"`, { plugin: id });
    return this.#receive(next, { isUpdate: true });
  }

  /** Packages that wait for an approval. */
  pendingUpdates(): readonly PermissionRequest[] {
    return this.#held.list();
  }

  /**
   * Grants a held package what it asks for, and installs it.
   *
   * @param digest of the request that was shown
   * @throws PluginError (by rejection) `ERR_PLUGIN_UNKNOWN`, `ERR_PLUGIN_HELD` where another package waits by now; as {@link update}
   */
  async approve(id: string, digest: string): Promise<InstallResult> {
    this.#assertOpen();
    return this.#receive(this.#held.get(id, digest), { isApproved: true });
  }

  /** Drops a held package. @throws PluginError `ERR_PLUGIN_UNKNOWN`, `ERR_PLUGIN_HELD` */
  reject(id: string, digest: string): void {
    this.#held.get(id, digest);
    this.#held.delete(id);
  }

  /** What plugins were granted, for the option `approvals` of the next host. */
  approvals(): Readonly<Record<string, PluginApproval>> {
    return this.#settings.approvals.tell();
  }

  /** Starts a plugin, also one that rests or is broken. @throws PluginError (by rejection) as {@link HostedPlugin.start} */
  async start(id: string): Promise<void> {
    await this.#get(id).start();
  }

  /** Starts all that are not disabled, some at a time. Never rejects for what a plugin does. */
  async startAll(): Promise<readonly StartReport[]> {
    this.#assertOpen();
    const startable = this.#inOrder.filter(({ info }) => info.state !== "disabled");
    return someAtOnce(startable, this.#settings.startsAtOnce, async (plugin) => {
      const error = await this.start(plugin.id).then(() => undefined, asPluginError);
      return { plugin: plugin.id, error };
    });
  }

  /** Ends a plugin within a bounded time: what waits for it is dropped. */
  async stop(id: string): Promise<void> {
    await this.#get(id).stop();
  }

  /** Lets a disabled plugin be started again. */
  async enable(id: string): Promise<void> {
    await this.#get(id).enable();
  }

  /** Ends a plugin, and keeps it from being started. */
  async disable(id: string): Promise<void> {
    await this.#get(id).stop("disabled");
  }

  /** Ends a plugin, and forgets it and its approval; what it has stored stays. */
  async uninstall(id: string): Promise<void> {
    const plugin = this.#get(id);
    await this.#admission(id).run(async () => {
      this.#plugins.delete(id);
      this.#inOrder = inOrder(this.#plugins, this.#settings.order);
      this.#held.delete(id);
      this.#settings.approvals.delete(id);
      await plugin.stop();
    });
  }

  /** What a plugin does, and has used. @throws PluginError (by rejection) `ERR_PLUGIN_UNKNOWN` */
  async status(id: string): Promise<PluginStatus> {
    return this.#get(id).status();
  }

  /** All plugins, in the order in which they hear of events. */
  list(): readonly PluginInfo[] {
    return this.#inOrder.map(({ info }) => info);
  }

  /**
   * Tells all plugins that listen to an event. Each gets its events one after the other, in the order in which they were
   * sent; none waits for another.
   *
   * @param payload data: each plugin gets a copy of what it is now
   * @returns what became of it, once all are through with it
   * @throws PluginError (by rejection) `ERR_PLUGIN_ARGUMENT`
   */
  async emit(event: string, payload?: unknown): Promise<DeliveryReport> {
    this.#assertOpen();
    return this.#bus.emit(event, payload);
  }

  /**
   * Has plugins change a value, one after the other: each gets what the last has made of it. One that fails or is late is
   * passed over, as is one that answers `undefined`.
   *
   * @param value data
   * @returns a copy of the value, or what plugins have made of it: data of strangers, to be checked
   * @throws PluginError (by rejection) `ERR_PLUGIN_ARGUMENT`
   */
  async filter(event: string, value: unknown, options: FilterOptions = {}): Promise<unknown> {
    return (await this.filterWithReport(event, value, options)).value;
  }

  /**
   * As {@link filter}, with what became of the value at each plugin.
   *
   * @throws PluginError (by rejection) `ERR_PLUGIN_ARGUMENT`
   */
  async filterWithReport(event: string, value: unknown, options: FilterOptions = {}): Promise<FilterReport> {
    this.#assertOpen();
    return this.#bus.filter(event, value, options);
  }

  /** Ends all plugins, and all that they had. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    await this.#disposed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #end(): Promise<void> {
    await Promise.all(this.#inOrder.map((plugin) => plugin.stop()));
    await this.#settings.dispose();
  }

  #receive(received: PluginPackage, how: Admission): Promise<InstallResult> {
    return this.#admission(received.manifest.id).run(() => this.#admit(received, how));
  }

  async #admit(read: PluginPackage, { isApproved = false, isUpdate = false }: Admission): Promise<InstallResult> {
    this.#assertOpen();
    // It may have been uninstalled since, and its approval with it: a first package asks for other things than an update may.
    if (isUpdate) this.#get(read.manifest.id);
    const { approvals, approveFirst, limits } = this.#settings;
    const received = withLimitsHere(read, limits);
    const { manifest } = received;
    const before = approvals.get(manifest.id);
    const difference = permissionDifference(before, manifest);
    const isFree = before === undefined ? approveFirst : !asksForMore(difference);
    if (!isFree && !isApproved) return { kind: "held", request: this.#held.hold(received, difference) };
    const there = this.#plugins.get(manifest.id);
    const plugin = there ?? this.#add(received);
    await there?.update(received);
    approvals.set(manifest);
    // What was shown of another is true no more.
    this.#held.delete(manifest.id);
    return { kind: there === undefined ? "installed" : "updated", plugin: plugin.info };
  }

  #add(received: PluginPackage): HostedPlugin {
    const plugin = hostPlugin(this.#settings, this.#bus, received);
    this.#plugins.set(plugin.id, plugin);
    this.#inOrder = inOrder(this.#plugins, this.#settings.order);
    return plugin;
  }

  #admission(id: string): Sequence {
    const sequence = this.#admissions.get(id) ?? new Sequence();
    this.#admissions.set(id, sequence);
    return sequence;
  }

  #get(id: string): HostedPlugin {
    this.#assertOpen();
    const plugin = this.#plugins.get(id);
    if (plugin !== undefined) return plugin;
    if (this.#held.has(id)) throw new PluginError("ERR_PLUGIN_HELD", "It waits for an approval", { plugin: id });
    throw new PluginError("ERR_PLUGIN_UNKNOWN", "There is no such plugin", { plugin: id });
  }

  #assertOpen(): void {
    if (this.#disposed === undefined) return;
    throw new PluginError("ERR_PLUGIN_DISPOSED", "This host of plugins has been disposed of");
  }
}
