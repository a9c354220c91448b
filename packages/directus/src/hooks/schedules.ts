import { Cron } from "croner";
import type { ExtensionLogger } from "../host/extension-logger.ts";
import type { ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";

/** Runs what extensions have registered for certain times; nothing of it twice at a time. */
export class Schedules {
  readonly #jobs: Map<ExtensionInstance, readonly Cron[]> = new Map();
  readonly #logger: ExtensionLogger;

  constructor(logger: ExtensionLogger) {
    this.#logger = logger;
  }

  set(instance: ExtensionInstance, registrations: readonly Registration[]): void {
    const jobs = registrations.flatMap(({ kind, key }, index) =>
      kind === "schedule" ? [new Cron(key, { protect: true, unref: true }, () => this.#run(instance, key, index))] : [],
    );
    this.#jobs.set(instance, jobs);
  }

  delete(instance: ExtensionInstance): void {
    for (const job of this.#jobs.get(instance) ?? []) job.stop();
    this.#jobs.delete(instance);
  }

  async #run(instance: ExtensionInstance, times: string, index: number): Promise<void> {
    try {
      await instance.call(index, undefined);
    } catch (error) {
      const { name: extension } = instance.manifest;
      this.#logger.warn(`An error was thrown while executing what is scheduled for "${times}"`, { extension, error });
    }
  }
}

/** A date, which is one time: it may be past when an extension starts again. */
const DATE = /^\d{4}-/;

/** @throws TypeError for what are no times as cron has them, and for those that never come: each start looks for them */
export function assertTimes(times: string): void {
  const job = new Cron(times, { paused: true });
  const next = job.nextRun();
  job.stop();
  if (next === null && !DATE.test(times)) throw new TypeError("These times never come");
}
