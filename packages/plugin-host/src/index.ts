export {
  type LimitName,
  PluginError,
  type PluginErrorCode,
  type PluginErrorDetail,
  type PluginIssue,
} from "./errors/plugin-error.ts";
export type { PluginApproval } from "./host/approvals.ts";
export type { DeliveryUse } from "./host/delivery-queue.ts";
export type { DeliveryReport, FilterOptions, FilterReport, PluginDelivery } from "./host/event-bus.ts";
export type { PermissionRequest } from "./host/held-packages.ts";
export type { EmitRate, PluginHostOptions, SentEvent } from "./host/host-options.ts";
export type { InstallReport, InstallResult, StartReport } from "./host/install-result.ts";
export { PluginHost } from "./host/plugin-host.ts";
export type {
  PluginFailure,
  PluginHealth,
  PluginInfo,
  PluginState,
  PluginStatus,
  PluginUse,
} from "./host/plugin-status.ts";
export type { PluginParts, PluginSource } from "./host/read-source.ts";
export type { BreakerOptions } from "./life/recovery.ts";
export { pluginManifestSchema } from "./manifest/manifest-json-schema.ts";
export { matchesEvent } from "./manifest/matches-event.ts";
export { matchesHost } from "./manifest/matches-host.ts";
export { parseManifest } from "./manifest/parse-manifest.ts";
export type {
  IPluginLimits,
  IPluginManifest,
  IPluginPermissions,
  PluginLimits,
  PluginManifest,
  PluginPermissions,
} from "./manifest/plugin-manifest.ts";
export { readManifest } from "./manifest/read-manifest.ts";
export { tellManifest } from "./manifest/whole-manifest.ts";
export type { PluginPackage } from "./package/plugin-package.ts";
export { readPluginFolder } from "./package/read-plugin-folder.ts";
export { readPluginTarball } from "./package/read-plugin-tarball.ts";
export { describeDifference } from "./permissions/describe-difference.ts";
export {
  type Asked,
  asksForMore,
  type Change,
  type PermissionChange,
  type PermissionDifference,
  permissionDifference,
} from "./permissions/permission-difference.ts";
export type { PluginContext, PluginEventDetails, PluginServices } from "./plugin-context.ts";
export { IsolatedVmSandbox } from "./sandbox/isolated-vm-sandbox.ts";
export type {
  IPluginCache,
  IPluginConfig,
  IPluginContext,
  IPluginEvents,
  IPluginHttp,
  IPluginMetrics,
  IPluginStorage,
} from "./sandbox/plugin-context.ts";
export type { IPluginSandbox } from "./sandbox/plugin-sandbox.ts";
export type { ExecutionOptions, SandboxContext } from "./sandbox/sandbox-context.ts";
export type { SandboxIsolate } from "./sandbox/sandbox-isolate.ts";
export type { SandboxOptions } from "./sandbox/sandbox-options.ts";
export { type CacheMethods, type CacheOptions, cacheService } from "./services/cache-service.ts";
export { type ConfigMethods, type ConfigSource, configService } from "./services/config-service.ts";
export {
  type HttpMethods,
  type HttpResponse,
  type HttpServiceOptions,
  httpService,
} from "./services/http/http-service.ts";
export type { ILogger } from "./services/logger.ts";
export { type LoggerMethods, loggerService } from "./services/logger-service.ts";
export {
  type MetricsMethods,
  type MetricsSink,
  metricsService,
  type PluginMetric,
} from "./services/metrics-service.ts";
export type { Service, ServiceCall, ServicePlugin, Services } from "./services/service.ts";
export { ServiceError, type ServiceErrorOptions } from "./services/service-error.ts";
export type { ServiceCheck, ServiceRecord, ServiceRequest } from "./services/service-gate.ts";
export type { MethodUse, ServiceOutcome, ServiceUse } from "./services/service-meter.ts";
export {
  type ParameterSchemas,
  type SchemaOutputs,
  type ServiceMethod,
  type ServiceMethodOptions,
  serviceMethod,
} from "./services/service-method.ts";
export { createMemoryStorage } from "./services/storage/memory-storage.ts";
export type { PluginStorage } from "./services/storage/plugin-storage.ts";
export { type StorageMethods, storageService } from "./services/storage/storage-service.ts";
