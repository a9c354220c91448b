import type { StandardSchemaV1 } from "@standard-schema/spec";
import { VivariumError } from "../errors/vivarium-error.ts";
import { type AnyFunction, isGuestFunctionSchema } from "../functions/guest-function.ts";
import { optional, readDuration, readFunction, readOptions } from "../options/validate-options.ts";
import type { MaybePromise } from "../promises/maybe-promise.ts";

/** A call of a guest, as the host function sees it that serves it. */
export interface HostCall {
  /** The name by which the guest has imported the module. */
  readonly module: string;
  /** The function's name in it; with dots, of one in an object. */
  readonly function: string;
  /** Fires when nobody waits for what comes of the call: its guest has ended, or its time is over. */
  readonly signal: AbortSignal;
}

/** Schemas of parameters, in their order. */
export type ParameterSchemas = readonly StandardSchemaV1[];

/** What a host function gets: what the schemas make of the guest's arguments. */
export type SchemaOutputs<Schemas extends ParameterSchemas> = {
  -readonly [Index in keyof Schemas]: StandardSchemaV1.InferOutput<Schemas[Index]>;
};

/**
 * What a function may return for its schema: what that takes (an array of it may be readonly), a promise of it, or an
 * async iterable of such values.
 */
export type ResultFor<Returns extends StandardSchemaV1> = Given<StandardSchemaV1.InferInput<Returns>>;

type Given<Input> = MaybePromise<Input | Readonly<Input> | AsyncIterable<Input | Readonly<Input>>>;

interface CommonOptions {
  /** One or more sentences for whoever writes guests: a comment in the declaration that `moduleTypes()` writes. */
  readonly description?: string;
  /**
   * Schema of what it returns, awaited; of each value, where that is an async iterable. What the schema makes of it is
   * what the guest gets, so that nothing leaves that was not meant to. @default what it returns
   */
  readonly returns?: StandardSchemaV1;
  /** Its signature for the guest's eyes, where schemas do not tell it: `(sql: string) => Promise<Row[]>`. */
  readonly declaration?: string;
  /**
   * True: the guest waits for what comes of it, also of a promise; the host does not. False: the guest gets a promise.
   * @default a promise, if it is an `async` function or answers by promise
   */
  readonly isSync?: boolean;
  /**
   * Whether the guest may hand over functions anywhere in its arguments, as in `register({ id, handler })`.
   * @default where a parameter is a {@link guestFunction}
   */
  readonly takesFunctions?: boolean;
  /**
   * How long a call may take in the host, in milliseconds, with what checks and validates it; of an async iterable, each
   * value. The guest then gets an error (`ERR_HOST_CALL_TIMEOUT`). @default as long as the run
   */
  readonly timeoutMs?: number;
}

/** A host function whose arguments are validated before it runs. */
export interface ValidatedFunctionOptions<
  Schemas extends ParameterSchemas,
  Run extends (call: HostCall, ...args: SchemaOutputs<Schemas>) => ResultFor<Returns>,
  Returns extends StandardSchemaV1 = StandardSchemaV1,
> extends CommonOptions {
  /**
   * A schema for each parameter (https://standardschema.dev); a missing argument is `undefined` for it, and further ones
   * are dropped. {@link guestFunction} declares a function of the guest.
   */
  readonly parameters: readonly [...Schemas];
  readonly returns?: Returns;
  readonly run: Run;
}

/** A host function that takes whatever a guest gives it. */
export interface UncheckedFunctionOptions<
  Args extends readonly unknown[],
  Result,
  Returns extends StandardSchemaV1 = StandardSchemaV1,
> extends CommonOptions {
  readonly parameters?: undefined;
  readonly returns?: Returns;
  readonly run: (call: HostCall, ...args: Args) => Result;
}

/** What of a host function the kernel goes by. */
export interface HostFunctionDefinition extends CommonOptions {
  readonly parameters?: ParameterSchemas;
  /** How the guest calls it: `either` waits, and gets a promise where there is one. */
  readonly mode: "sync" | "async" | "either";
  /** Whether it is an async generator: it answers at once, with an async iterable. */
  readonly isGenerator: boolean;
  /** Whether the guest may hand functions to it. */
  readonly takesFunctions: boolean;
  readonly run: (call: HostCall, ...args: readonly unknown[]) => unknown;
}

const brand: symbol = Symbol.for("vivarium.host-function");

/** A function for a module of the host, with what is known of it; `hostFunction()` makes it. */
export interface HostFunction<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly definition: HostFunctionDefinition;
  /** Types alone: what the guest calls. */
  readonly signature?: (...args: Args) => Result;
}

const optionNames: readonly string[] = [
  "description",
  "parameters",
  "returns",
  "declaration",
  "isSync",
  "takesFunctions",
  "timeoutMs",
  "run",
];

/**
 * A function for {@link defineModule} of which more is known than that it can be called: schemas, a description, limits.
 * It gets the call itself before the arguments. What `run` returns has to fit what the schema `returns` takes; TypeScript
 * widens literals before it looks (`"a"` to `string`) where `run` has no parameters, or no schemas for them: say `as const`.
 *
 * @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function hostFunction<
  Schemas extends ParameterSchemas,
  Run extends (call: HostCall, ...args: SchemaOutputs<Schemas>) => ResultFor<Returns>,
  Returns extends StandardSchemaV1 = StandardSchemaV1,
>(options: ValidatedFunctionOptions<Schemas, Run, Returns>): HostFunction<SchemaOutputs<Schemas>, ReturnType<Run>>;
export function hostFunction<
  Args extends readonly unknown[],
  Result extends ResultFor<Returns>,
  Returns extends StandardSchemaV1 = StandardSchemaV1,
>(options: UncheckedFunctionOptions<Args, Result, Returns>): HostFunction<Args, Result>;
export function hostFunction(options: CommonOptions): HostFunction {
  const given = readOptions(options, "hostFunction()", optionNames);
  const run = readFunction<HostFunctionDefinition["run"]>("run")(given["run"]);
  const parameters = optional(given["parameters"], readSchemas);
  const isSync = optional(given["isSync"], readBoolean("isSync"));
  const definition: HostFunctionDefinition = Object.freeze({
    ...optionalField("description", optional(given["description"], readText("description"))),
    ...optionalField("declaration", optional(given["declaration"], readText("declaration"))),
    ...optionalField("returns", optional(given["returns"], readSchema("returns"))),
    ...optionalField("timeoutMs", optional(given["timeoutMs"], readDuration("timeoutMs"))),
    ...optionalField("isSync", isSync),
    ...optionalField("parameters", parameters),
    mode: modeOf(run, isSync),
    isGenerator: run instanceof AsyncGeneratorFunction,
    takesFunctions:
      optional(given["takesFunctions"], readBoolean("takesFunctions")) ??
      parameters?.some(isGuestFunctionSchema) ??
      false,
    run,
  });
  return Object.freeze(Object.defineProperty({ definition }, brand, { value: true }));
}

/** What is known of a plain function: that it can be called, with the object that it is in as `this`. */
export function plainFunction(run: AnyFunction, holder: object): HostFunctionDefinition {
  return Object.freeze({
    mode: modeOf(run, undefined),
    isGenerator: run instanceof AsyncGeneratorFunction,
    takesFunctions: false,
    run: (_call: HostCall, ...args: readonly unknown[]) => Reflect.apply(run, holder, args),
  });
}

/** Whether a value is made by {@link hostFunction}. */
export function isHostFunction(value: unknown): value is HostFunction {
  return typeof value === "object" && value !== null && Reflect.get(value, brand) === true;
}

const AsyncGeneratorFunction: new () => unknown = async function* () {}.constructor as new () => unknown;
const AsyncFunction: new () => unknown = (async () => undefined).constructor as new () => unknown;

function modeOf(run: AnyFunction, isSync: boolean | undefined): HostFunctionDefinition["mode"] {
  if (isSync === true) return "sync";
  return isSync === false || run instanceof AsyncFunction ? "async" : "either";
}

function readSchemas(value: unknown): ParameterSchemas {
  if (!Array.isArray(value)) return invalid("parameters", "an array of schemas (Standard Schema)", value);
  return Object.freeze(value.map((schema, index) => readSchema(`parameters[${index}]`)(schema)));
}

function readSchema(option: string): (value: unknown) => StandardSchemaV1 {
  return (value) => {
    const holds = (typeof value === "object" && value !== null) || typeof value === "function";
    const standard: unknown = holds ? Reflect.get(value, "~standard") : undefined;
    const validate: unknown =
      typeof standard === "object" && standard !== null ? Reflect.get(standard, "validate") : undefined;
    return typeof validate === "function"
      ? (value as StandardSchemaV1)
      : invalid(option, "a schema (Standard Schema)", value);
  };
}

function readBoolean(option: string): (value: unknown) => boolean {
  return (value) => (typeof value === "boolean" ? value : invalid(option, "a boolean", value));
}

function readText(option: string): (value: unknown) => string {
  return (value) => (typeof value === "string" ? value : invalid(option, "a string", value));
}

function optionalField<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function invalid(option: string, wanted: string, actual: unknown): never {
  throw new VivariumError("ERR_INVALID_OPTION", { option: `hostFunction: ${option}`, wanted, actual });
}
