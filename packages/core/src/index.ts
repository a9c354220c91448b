export { GuestFunctionHandle, type GuestFunctionParts } from "./calls/guest-function-handle.ts";
export type * from "./contracts/byte-stream.ts";
export * from "./contracts/command-executor.ts";
export * from "./contracts/file-system.ts";
export * from "./contracts/guest-profile.ts";
export type * from "./contracts/guest-request.ts";
export type * from "./contracts/loaded-guest.ts";
export * from "./contracts/network-adapter.ts";
export * from "./contracts/package-tree.ts";
export * from "./contracts/runtime-driver.ts";
export {
  HANDSHAKE_LIMIT_BYTES,
  type SecureContextOptions,
  secureContextOptions,
} from "./contracts/secure-context-options.ts";
export type * from "./contracts/secure-options.ts";
export * from "./contracts/system-driver.ts";
export * from "./errors/describe-value.ts";
export type * from "./errors/diagnostic.ts";
export * from "./errors/errno.table.ts";
export * from "./errors/errno.ts";
export * from "./errors/error-codes.table.ts";
export * from "./errors/file-system-error.ts";
export * from "./errors/guest-reason.ts";
export * from "./errors/network-error.ts";
export * from "./errors/vivarium-error.ts";
export type { CallOptions } from "./functions/call-options.ts";
export type { CallArguments, CallName, CallRest, CallResult, CheckedName, RestOfCall } from "./functions/call-types.ts";
export {
  type AnyFunction,
  type GuestFunction,
  type GuestFunctionSchema,
  guestFunction,
  isGuestFunction,
} from "./functions/guest-function.ts";
export * from "./inert/decode-inert.ts";
export { INERT_VERSION, TAG_STRING_ASCII, TAG_STRING_LATIN1 } from "./inert/inert-format.ts";
export { SharedTurns } from "./inert/shared-turns.ts";
export type { TextDecoding } from "./inert/text-decoder.ts";
export * from "./inert-encoder.ts";
export * from "./limits/limits.ts";
export { defaultLimits, resolveLimits } from "./limits/resolve-limits.ts";
export { defineModule, type HostModule, type ModuleMember, type ModuleOptions } from "./modules/define-module.ts";
export { defineSourceModule, type SourceModuleOptions } from "./modules/define-source-module.ts";
export {
  type HostCall,
  type HostFunction,
  type HostFunctionDefinition,
  hostFunction,
  type ParameterSchemas,
  type ResultFor,
  type SchemaOutputs,
  type UncheckedFunctionOptions,
  type ValidatedFunctionOptions,
} from "./modules/host-function.ts";
export { moduleTypes } from "./modules/module-types/module-types.ts";
export { type HostModules, isSourceModule, type ProvidedModule, type SourceModule } from "./modules/provided-module.ts";
export { type Validation, type ValidationIssue, validateWith } from "./modules/validate-with-schema.ts";
export * from "./outcome/outcome.ts";
export type { ExecResult, RunResult } from "./outcome/run-result.ts";
export * from "./permissions/allow-patterns.ts";
export * from "./permissions/combine-checks.ts";
export { describeNoCheck } from "./permissions/describe-no-check.ts";
export * from "./permissions/evaluate-permission.ts";
export { isShellCommand } from "./permissions/is-shell-command.ts";
export { allowsEverything, judgesUrls, mayAllowHttp, namesAddress } from "./permissions/network-foresight.ts";
export * from "./permissions/permissions.ts";
export { policyFromData } from "./permissions/policy.ts";
export { policyOf } from "./permissions/policy-brand.ts";
export type { PolicyData } from "./permissions/policy-data.ts";
export * from "./permissions/presets.ts";
export { normalizeHost } from "./permissions/rules/host-name.ts";
export { shellNames } from "./permissions/shell-commands.table.ts";
export * from "./promises/maybe-promise.ts";
export type { HealthOptions, HealthState, RuntimeHealth } from "./runtime/check-health.ts";
export { Guest, type GuestStatus } from "./runtime/guest.ts";
export type { GuestRequestInit } from "./runtime/guest-request-init.ts";
export type { GuestSecureOptions } from "./runtime/guest-secure-options.ts";
export * from "./runtime/profiled-runtimes.ts";
export * from "./runtime/runtime.ts";
export type { RuntimeNetwork } from "./runtime/runtime-network.ts";
export type * from "./runtime/runtime-options.ts";
export type { RunFigures, RuntimeStatus } from "./runtime/runtime-status.ts";
export * from "./streams/byte-stream-of.ts";
export * from "./system-calls/bare-calls.table.ts";
export type * from "./system-calls/child-calls.ts";
export * from "./system-calls/guest-entries.ts";
export * from "./system-calls/module-answers.ts";
export type * from "./system-calls/network-answers.ts";
export * from "./system-calls/profile-calls.ts";
export * from "./system-calls/system-call-protocol.ts";
export * from "./system-calls/system-call-table.table.ts";
