import { connectionHeaders, isHeaderName } from "@vivarium/requests";
import type { NetworkAdapter, Runtime } from "vivarium";
import * as z from "zod";
import type { OwnScope } from "../own-scopes/own-scope.ts";
import type { ExtensionLogger } from "./extension-logger.ts";
import type { CallerRequest, DirectusExtensionsOptions } from "./host-options.ts";

const BUILT_IN: readonly string[] = ["log", "sleep", "request", "env"];

/** A switch that is not exactly on or off is neither: `"false"` would be on, and `0` might mean either. */
const flag = z.boolean("true or false").optional();

const logger = z.custom<ExtensionLogger>(
  isLogger,
  "an object with functions `info` and `warn`; what it has as `debug` and `error` are functions, too",
);

const headerName = z
  .string("a list of names of headers")
  .refine(isHeaderName, "the name of a header")
  .refine((name) => !connectionHeaders.has(name.toLowerCase()), "another: this header is about the connection");

const scopes = z
  .record(z.string(), functionOf<OwnScope>("a scope as `defineScope` makes it"), "scopes by their names")
  .superRefine((given, context) => {
    for (const name of BUILT_IN.filter((each) => Object.hasOwn(given, each)))
      context.addIssue({ code: "custom", path: [name], message: "another name: this scope is there already" });
  });

/** Also `process.env`, which is no plain object. */
const env = z
  .custom<Readonly<Record<string, string>>>(isRecord, "variables by their names")
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given))
      if (typeof value !== "string")
        context.addIssue({ code: "custom", path: [name], message: "a string, or left away" });
  });

/** A schema for each option, with what it has to be for its messages. */
export const optionSchemas: { readonly [Name in keyof DirectusExtensionsOptions]-?: z.ZodType } = {
  logger: logger.optional(),
  // Their own reader knows them.
  limits: z.unknown(),
  compat: z.enum(["safe", "strict-directus"], '"safe" or "strict-directus"').optional(),
  environment: z.string("a string").optional(),
  network: z
    .custom<NetworkAdapter>(isNetwork, "a network adapter, as `createDefaultNetworkAdapter` makes it")
    .optional(),
  runtime: z.custom<Runtime>((given) => has(given, "load"), "a runtime: a `BareRuntime`").optional(),
  mustLoad: flag,
  restsMs: z
    .array(
      z.custom<number>((given) => typeof given === "number" && given >= 0, "milliseconds, from 0"),
      "a list of milliseconds",
    )
    .min(1, "a list of at least one number of milliseconds; 0 is no rest")
    .optional(),
  scopes: scopes.optional(),
  env: env.optional(),
  webGlobals: flag,
  logLevels: flag,
  requestDetails: flag,
  requestUser: functionOf<(request: CallerRequest) => unknown>("a function").optional(),
  responseHeaders: z.array(headerName, "a list of names of headers").optional(),
  moreHooks: flag,
  hookDetails: flag,
  consoleLines: flag,
  codeFromStrings: flag,
  legacyOperations: flag,
  bundles: flag,
};

function functionOf<Wanted>(what: string): z.ZodCustom<Wanted> {
  return z.custom<Wanted>((given) => typeof given === "function", what);
}

function isLogger(given: unknown): boolean {
  return (
    has(given, "info") &&
    has(given, "warn") &&
    (["debug", "error"] as const).every((level) => isMissing(given, level) || has(given, level))
  );
}

/** One without a member has less of a network, which may be none. */
function isNetwork(given: unknown): boolean {
  return isObject(given) && ["lookup", "fetch"].every((name) => isMissing(given, name) || has(given, name));
}

function isObject(given: unknown): given is object {
  return (typeof given === "object" && given !== null) || typeof given === "function";
}

function isRecord(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isMissing(given: unknown, name: string): boolean {
  return isObject(given) && Reflect.get(given, name) === undefined;
}

function has(given: unknown, name: string): boolean {
  return isObject(given) && typeof Reflect.get(given, name) === "function";
}
