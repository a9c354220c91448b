export {
  type LimitName,
  PluginError,
  type PluginErrorCode,
  type PluginErrorDetail,
  type PluginIssue,
} from "./errors/plugin-error.ts";
export type {
  IPluginLimits,
  IPluginManifest,
  IPluginPermissions,
  PluginLimits,
  PluginManifest,
  PluginPermissions,
} from "./manifest/plugin-manifest.ts";
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
