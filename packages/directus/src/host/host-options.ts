import type { IncomingMessage } from "node:http";
import {
  BareRuntime,
  createDefaultNetworkAdapter,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type NetworkAdapter,
  type Runtime,
  WebRuntime,
} from "vivarium";
import type { AnswerOptions } from "../endpoints/serve-endpoint.ts";
import { type ExtensionLimits, readLimits } from "../instance/extension-limits.ts";
import type { RegistrarOptions } from "../instance/registration.ts";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { OwnScopes } from "../own-scopes/own-scope.ts";
import type { RequestTransport } from "../request/make-request.ts";
import { partedPattern, type UrlMatcher, writtenPattern } from "../scopes/url-pattern.ts";
import { carefulLogger } from "./careful-logger.ts";
import type { ExtensionLogger } from "./extension-logger.ts";

/** A request as the host has got it: of the web's to `fetch`, of Node's to the router. */
export type CallerRequest = Request | IncomingMessage;

/** How a host runs extensions. */
export interface DirectusExtensionsOptions {
  /** Takes what extensions log, and what is to be told of them. @default nobody */
  readonly logger?: ExtensionLogger;
  /** What each extension may use. */
  readonly limits?: Partial<ExtensionLimits>;
  /**
   * `safe`: a URL has to be of a pattern in each of its parts, as it is requested, and so has each to which a server sends
   * a request on. `strict-directus`: as Directus has it, which looks at the first URL alone, as it was written.
   * @default "safe"
   */
  readonly compat?: "safe" | "strict-directus";
  /** `process.env.NODE_ENV` of extensions. @default "production" */
  readonly environment?: string;
  /** How requests go out. @default the host's network, without private addresses */
  readonly network?: NetworkAdapter;
  /** Where extensions live: one whose guests are bare. It stays the caller's to dispose of. @default one of its own */
  readonly runtime?: Runtime;
  /** Whether one extension that cannot be loaded fails the loading of a folder. @default false: it is logged */
  readonly mustLoad?: boolean;
  /**
   * Milliseconds that an extension rests after its first crash, after its second in a row, and so on.
   * @default 0, 1000, 5000, 30000, 60000
   */
  readonly restsMs?: readonly number[];

  /** Scopes of the host's own, which Directus does not have. @default none */
  readonly scopes?: OwnScopes;
  /**
   * Variables that extensions can have in `process.env`: those that their scope `env` names (`{ "names": ["API_KEY"] }`).
   * @default none
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether extensions have the web's common functions (`URL`, `TextEncoder`, `atob`, timers, …) beside the language. @default false */
  readonly webGlobals?: boolean;
  /** Whether `log` takes a level after its message: `debug`, `info`, `warn`, `error`. @default false */
  readonly logLevels?: boolean;
  /** Whether handlers of endpoints get `method`, `params` and `query` beside what Directus gives them. @default false */
  readonly requestDetails?: boolean;
  /**
   * What handlers of endpoints are told of who has sent a request, as its `user`: a copy of what this answers, or resolves
   * to. What it throws fails the request. @default nothing
   */
  readonly requestUser?: (request: CallerRequest) => unknown;
  /** Headers that the answer of an endpoint may set by `headers`; names in any case. @default none */
  readonly responseHeaders?: readonly string[];
  /** Whether hooks can register `schedule(cron, handler)` and `init(event, handler)`. @default false */
  readonly moreHooks?: boolean;
  /** Whether filters get, as a second argument, what the host says of the event. @default false */
  readonly hookDetails?: boolean;
  /** Whether `console` writes into the log for extensions whose scope `log` lets them. @default false: it writes nothing */
  readonly consoleLines?: boolean;
  /** Whether `eval` and `new Function` work. @default true */
  readonly codeFromStrings?: boolean;
  /** Whether an operation may be a function that makes its `{ id, handler }`, as Directus had it before 10.10. @default false */
  readonly legacyOperations?: boolean;
  /** Whether packages may be bundles: each of their extensions for the API has a sandbox of its own. @default false */
  readonly bundles?: boolean;
}

/** What holds, once everything is said. */
export interface HostSettings {
  readonly logger: ExtensionLogger;
  readonly limits: ExtensionLimits;
  readonly matcher: (pattern: string) => UrlMatcher;
  readonly environment: string;
  readonly transport: RequestTransport;
  readonly runtime: Runtime;
  readonly mustLoad: boolean;
  readonly restsMs: readonly number[];
  readonly scopes: OwnScopes;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly hasLogLevels: boolean;
  readonly answers: AnswerOptions;
  readonly registering: RegistrarOptions;
  readonly requestUser: (request: CallerRequest) => unknown;
  readonly hasHookDetails: boolean;
  readonly hasConsole: boolean;
  readonly hasCodeFromStrings: boolean;
  readonly hasBundles: boolean;
  /** Disposes of what the host has made for itself. */
  readonly dispose: () => Promise<void>;
}

const NOBODY: ExtensionLogger = { info: () => undefined, warn: () => undefined };
/** The first crash may be a chance. */
const RESTS_MS = [0, 1_000, 5_000, 30_000, 60_000];

const BUILT_IN: readonly string[] = ["log", "sleep", "request", "env"];

const known: readonly (keyof DirectusExtensionsOptions)[] = [
  "logger",
  "limits",
  "compat",
  "environment",
  "network",
  "runtime",
  "mustLoad",
  "restsMs",
  "scopes",
  "env",
  "webGlobals",
  "logLevels",
  "requestDetails",
  "requestUser",
  "responseHeaders",
  "moreHooks",
  "hookDetails",
  "consoleLines",
  "codeFromStrings",
  "legacyOperations",
  "bundles",
];

/** @throws ExtensionError `ERR_EXTENSION_OPTION` */
export function readHostOptions(options: DirectusExtensionsOptions): HostSettings {
  const unknown = Object.keys(options).find((name) => !known.includes(name as keyof DirectusExtensionsOptions));
  if (unknown !== undefined) throw invalid(unknown, `there is no such option; there are ${known.join(", ")}`);
  const { compat = "safe", environment = "production", mustLoad = false, restsMs = RESTS_MS } = options;
  const { scopes = {}, env, webGlobals = false, logLevels = false } = options;
  const {
    requestDetails = false,
    responseHeaders = [],
    moreHooks = false,
    bundles = false,
    consoleLines = false,
  } = options;
  const { hookDetails = false, codeFromStrings = true, legacyOperations = false } = options;
  if (compat !== "safe" && compat !== "strict-directus") throw invalid("compat", '"safe" or "strict-directus"');
  if (typeof environment !== "string") throw invalid("environment", "a string");
  const taken = Object.keys(scopes).find((name) => BUILT_IN.includes(name));
  if (taken !== undefined) throw invalid(`scopes.${taken}`, "another name: this scope is there already");
  const limits = readLimits(options.limits);
  const own = new AsyncDisposableStack();
  const network = options.network ?? own.use(createDefaultNetworkAdapter());
  const runtime = options.runtime ?? own.use(createRuntime(webGlobals));
  return {
    logger: carefulLogger(options.logger ?? NOBODY),
    limits,
    matcher: compat === "safe" ? partedPattern : writtenPattern,
    environment,
    transport: {
      network,
      timeoutMs: limits.requestTimeoutMs,
      maxResponseBytes: limits.maxResponseBytes,
      followsAnywhere: compat === "strict-directus",
    },
    runtime,
    mustLoad,
    restsMs,
    scopes,
    env,
    hasLogLevels: logLevels,
    answers: { hasDetails: requestDetails, headers: new Set(responseHeaders.map((name) => name.toLowerCase())) },
    registering: { hasMoreHooks: moreHooks, hasLegacyOperations: legacyOperations },
    requestUser: options.requestUser ?? (() => undefined),
    hasHookDetails: hookDetails,
    hasConsole: consoleLines,
    hasCodeFromStrings: codeFromStrings,
    hasBundles: bundles,
    dispose: () => own.disposeAsync(),
  };
}

function createRuntime(webGlobals: boolean): Runtime {
  const Profiled = webGlobals ? WebRuntime : BareRuntime;
  return new Profiled({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxGuests: 1000 }),
  });
}

function invalid(field: string, remedy: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_OPTION", "An option of the host of extensions is not valid", {
    field,
    remedy,
  });
}
