import {
  defineSourceModule,
  type Guest,
  type HostModules,
  isVivariumError,
  type Outcome,
  type ProvidedModule,
  type Runtime,
} from "vivarium";
import { guestCode } from "../guest-code.ts";
import type { ExtensionLogger } from "../host/extension-logger.ts";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";
import { BackOff } from "./back-off.ts";
import { callError } from "./call-error.ts";
import type { ExtensionLimits } from "./extension-limits.ts";
import { loadError } from "./load-error.ts";
import { type Handler, Registrar, type RegistrarOptions, type Registration } from "./registration.ts";

/** What an extension is run from. */
export interface ExtensionDefinition {
  readonly manifest: ExtensionManifest;
  readonly code: string;
  /** What it can import. */
  readonly modules: HostModules;
  readonly limits: ExtensionLimits;
  readonly runtime: Runtime;
  readonly logger: ExtensionLogger;
  /** What its globals are made of. */
  readonly settings: ProvidedModule;
  readonly registering: RegistrarOptions;
  /** Throws for what it cannot register: the extension gets that. */
  readonly accept: (registration: Registration) => void;
  /** Milliseconds to rest after the first crash, after the second in a row, and so on. */
  readonly restsMs: readonly number[];
}

/** From one start to the end of its guest. */
interface Life {
  readonly guest: Guest;
  readonly registrations: readonly Registration[];
  readonly handlers: readonly Handler[];
}

/**
 * One extension: a guest that stays, and a new one when that has ended otherwise than by {@link ExtensionInstance.dispose}.
 * Its state is that of its guest.
 */
export class ExtensionInstance {
  readonly manifest: ExtensionManifest;
  readonly #definition: ExtensionDefinition;
  readonly #backOff: BackOff;
  #mount: string | undefined;
  #life: Promise<Life> | undefined;
  /** What it registers in each of its lives. */
  #registrations: readonly Registration[] | undefined;
  #isDisposed = false;

  constructor(definition: ExtensionDefinition) {
    this.manifest = definition.manifest;
    this.#definition = definition;
    this.#backOff = new BackOff(definition.restsMs);
  }

  /** Beneath which name its routes are, once it has been loaded. */
  get mount(): string {
    return this.#mount ?? this.manifest.name;
  }

  /**
   * Loads it, if it is not loaded.
   *
   * @returns what it has registered
   * @throws ExtensionError `ERR_EXTENSION_LOAD`, `ERR_EXTENSION_RESTING`, `ERR_EXTENSION_UNLOADED`
   */
  async start(): Promise<readonly Registration[]> {
    return (await this.#living()).registrations;
  }

  /**
   * Calls a handler with a copy of its argument.
   *
   * @param index of what it has registered
   * @param details a second argument, where there is one
   * @param until when it has to have answered, if that is sooner than its limit, as `performance.now()` tells it
   * @returns a copy of what the handler answers, awaited
   * @throws what the handler throws, or what keeps it from answering
   */
  async call(
    index: number,
    argument: unknown,
    details?: unknown,
    until: number = Number.POSITIVE_INFINITY,
  ): Promise<unknown> {
    const life = await this.#living();
    const handler = life.handlers[index];
    if (handler === undefined) throw new RangeError(`"${this.manifest.name}" has registered no handler ${index}`);
    const { callTimeoutMs, cpuTimeMs } = this.#definition.limits;
    try {
      const answer = await handler.call(details === undefined ? [argument] : [argument, details], {
        timeoutMs: Math.min(callTimeoutMs, Math.max(1, until - performance.now())),
        cpuTimeLimitMs: cpuTimeMs,
      });
      assertInert(answer, this.manifest.name);
      this.#backOff.worked(Date.now());
      return answer;
    } catch (error) {
      throw callError(error, this.manifest.name, await this.#endedBy(life, error));
    }
  }

  /** Whoever calls next is to find a guest that can be called. */
  async #endedBy({ guest }: Life, error: unknown): Promise<Outcome | undefined> {
    if (!isVivariumError(error, "ERR_CALL_FAILED")) return undefined;
    const { reason } = error.detail;
    const patienceMs = AWAKE_MS[reason];
    // One that computes on ends soon; one that waits goes on. One that asks its host all the time does neither.
    if (patienceMs !== undefined) await guest.call("isAwake", [], { timeoutMs: patienceMs }).catch(() => undefined);
    return reason === "ended" ? (await guest.exited).outcome : undefined;
  }

  /** When the answer to what it is asked now has to be there, as `performance.now()` tells it. */
  deadline(): number {
    return performance.now() + this.#definition.limits.callTimeoutMs;
  }

  /** Ends it for good: calls that are under way fail. Idempotent. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    // It may be starting, also anew: its guest has to be there to be ended, and whoever waits for it calls nobody.
    const life = await this.#life?.catch(() => undefined);
    await life?.guest.dispose();
  }

  async #living(): Promise<Life> {
    const { name } = this.manifest;
    if (this.#isDisposed) {
      throw new ExtensionError("ERR_EXTENSION_UNLOADED", "Isolate is disposed", { extension: name });
    }
    if (this.#life !== undefined) return this.#life;
    const rest = this.#backOff.restMs(Date.now());
    if (rest > 0) {
      throw new ExtensionError("ERR_EXTENSION_RESTING", `"${name}" has crashed and rests for ${Math.ceil(rest)} ms`, {
        extension: name,
      });
    }
    const life = this.#load();
    this.#life = life;
    life.catch(() => this.#ended(life));
    return life;
  }

  #ended(life: Promise<Life>): void {
    if (this.#life !== life) return;
    this.#life = undefined;
    if (!this.#isDisposed) this.#backOff.crashed(Date.now());
  }

  async #load(): Promise<Life> {
    const { manifest, accept, registering } = this.#definition;
    const registrar = new Registrar(manifest, registering, accept);
    const guest = await this.#loadGuest(registrar);
    registrar.close();
    if (!this.#isAsBefore(registrar)) {
      await guest.dispose();
      const { name } = manifest;
      throw new ExtensionError("ERR_EXTENSION_LOAD", `"${name}" has not registered what it did before`, {
        extension: name,
      });
    }
    const life = { guest, registrations: registrar.registrations, handlers: registrar.handlers };
    const own = this.#life;
    guest.exited.then(({ outcome }) => {
      if (own !== undefined) this.#ended(own);
      if (this.#isDisposed) return;
      const { name: extension } = manifest;
      this.#definition.logger.warn(`Extension "${extension}" has ended: ${outcome.kind}`, { extension });
    });
    return life;
  }

  /** Others know its handlers by their numbers. */
  #isAsBefore({ mount, registrations }: Registrar): boolean {
    this.#mount ??= mount;
    this.#registrations ??= registrations;
    const before = this.#registrations;
    return (
      this.#mount === mount &&
      before.length === registrations.length &&
      before.every(({ kind, key }, index) => registrations[index]?.kind === kind && registrations[index]?.key === key)
    );
  }

  async #loadGuest(registrar: Registrar): Promise<Guest> {
    const { manifest, code, modules, limits, runtime, settings } = this.#definition;
    try {
      return await runtime.load(guestCode("entry"), {
        filePath: "/directus/entry.js",
        memoryLimit: limits.memoryMib,
        cpuTimeLimitMs: limits.cpuTimeMs,
        wallTimeLimitMs: limits.loadTimeoutMs,
        resultLimitBytes: limits.maxResultBytes,
        unhandledRejections: "warn",
        onStdio: ({ message }) => this.#tell(message),
        modules: {
          "directus:set-up": defineSourceModule(guestCode("set-up"), {
            filePath: "/directus/set-up.js",
            imports: { ...registrar.modules(), "directus:settings": settings },
          }),
          "directus:extension": defineSourceModule(code, { filePath: pathOf(manifest), imports: modules }),
        },
      });
    } catch (error) {
      throw loadError(error, manifest.name, pathOf(manifest));
    }
  }

  /** What has ended it, is told as an error. */
  #tell(message: string): void {
    if (!message.startsWith(UNHANDLED)) return;
    const { name } = this.manifest;
    this.#definition.logger.warn(`Extension "${name}": ${message.trimEnd()}`, { extension: name });
  }
}

/** How long whoever has called waits for the guest to be there again, in milliseconds. */
const AWAKE_MS: Readonly<Record<string, number | undefined>> = { "cpu-time-limit": 10_000, timeout: 1000 };

/** Of what a handler can answer with one thing alone is no copy. @throws TypeError */
function assertInert(answer: unknown, extension: string): void {
  if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return;
  const live = answer as AsyncIterable<unknown>;
  live[Symbol.asyncIterator]()
    .return?.()
    .catch(() => undefined);
  throw new TypeError(`A value of "${extension}" could not be cloned. It is a generator`);
}

const UNHANDLED = "Unhandled rejection: ";

/** What its stacks call it: nothing of the host's. */
function pathOf({ name, file, entry }: ExtensionManifest): string {
  return `/${entry?.bundle ?? name}/${file.replace(/^(?:\.{0,2}\/)+/, "")}`;
}
