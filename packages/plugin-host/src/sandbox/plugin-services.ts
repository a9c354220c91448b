import { configService } from "../services/config-service.ts";
import type { ILogger } from "../services/logger.ts";
import { loggerService } from "../services/logger-service.ts";
import type { Service } from "../services/service.ts";
import { methodsOf, PlainMethod } from "../services/service-methods.ts";
import type { PluginStorage } from "../services/storage/plugin-storage.ts";
import { storageService } from "../services/storage/storage-service.ts";

/**
 * Makes of what a host lends what a plugin may have: a log of the host's is written to line by line and never raw, a storage
 * for all plugins is one for this one, and what is plain configuration can be asked for.
 */
export class PluginServices {
  /** Of one log there is one ration, however often it is lent. */
  readonly #logs: WeakMap<object, Service> = new WeakMap();

  serviceFor(name: string, lent: Service): Service {
    if (typeof lent === "function" || !isPlain(lent)) return lent;
    switch (name) {
      case "logger":
        return this.#log(lent as ILogger);
      case "storage":
        return "usedBytes" in lent ? storageService(lent as PluginStorage) : lent;
      case "config":
        return methodsOf(lent).size === 0 ? configService(() => ({ ...lent })) : lent;
      default:
        return lent;
    }
  }

  #log(logger: ILogger): Service {
    const service = this.#logs.get(logger) ?? loggerService(logger);
    this.#logs.set(logger, service);
    return service;
  }
}

/** Whether it knows nothing of plugins. */
function isPlain(lent: object): boolean {
  return [...methodsOf(lent).values()].every((method) => method instanceof PlainMethod);
}
