import { cacheService } from "../services/cache-service.ts";
import { configService } from "../services/config-service.ts";
import type { ILogger } from "../services/logger.ts";
import { loggerService } from "../services/logger-service.ts";
import { metricsService } from "../services/metrics-service.ts";
import type { Services } from "../services/service.ts";
import type { PluginHostOptions } from "./host-options.ts";

/** Services that are there without the embedder's doing, and those that the embedder has, which go before them. */
export function servicesOf(options: PluginHostOptions, logger: ILogger): Services {
  const config = new Map(Object.entries(options.config ?? {}));
  return {
    logger: loggerService(logger),
    cache: cacheService(),
    config: configService(({ id }) => config.get(id)),
    ...(options.metrics !== undefined && { metrics: metricsService(options.metrics) }),
    ...options.services,
  };
}
