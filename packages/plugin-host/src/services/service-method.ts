import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ServiceCall } from "./service.ts";

/** Schemas of a method's parameters, in their order. */
export type ParameterSchemas = readonly StandardSchemaV1[];

/** What a method gets: what the schemas make of a plugin's arguments. */
export type SchemaOutputs<Schemas extends ParameterSchemas> = {
  -readonly [Index in keyof Schemas]: StandardSchemaV1.InferOutput<Schemas[Index]>;
};

/** More about a method than a plain function can say. */
export interface ServiceMethodOptions<Schemas extends ParameterSchemas> {
  /**
   * A schema for each parameter (https://standardschema.dev); a missing argument is `undefined` for it, and further ones are
   * dropped. What they refuse, the plugin gets as an error with the code `ERR_PLUGIN_ARGUMENT`.
   */
  readonly parameters: readonly [...Schemas];
  /** How long a call may take, in milliseconds. @default the host's `serviceTimeoutMs` */
  readonly timeoutMs?: number;
  /** Gets the call before its arguments. */
  readonly run: (call: ServiceCall, ...args: SchemaOutputs<Schemas>) => unknown;
}

/** A method that gets validated arguments, and the call itself: made by {@link serviceMethod}. */
export class ServiceMethod {
  readonly parameters: ParameterSchemas;
  readonly timeoutMs: number | undefined;
  readonly run: (call: ServiceCall, ...args: readonly unknown[]) => unknown;

  constructor(
    parameters: ParameterSchemas,
    timeoutMs: number | undefined,
    run: (call: ServiceCall, ...args: never) => unknown,
  ) {
    this.parameters = [...parameters];
    this.timeoutMs = timeoutMs;
    this.run = run as ServiceMethod["run"];
  }
}

/** A member of a service that says what arguments it takes, and gets the call with its signal. */
export function serviceMethod<const Schemas extends ParameterSchemas>({
  parameters,
  timeoutMs,
  run,
}: ServiceMethodOptions<Schemas>): ServiceMethod {
  return new ServiceMethod(parameters, timeoutMs, run);
}
