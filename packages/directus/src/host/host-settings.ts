import {
  BareRuntime,
  createDefaultNetworkAdapter,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Runtime,
  WebRuntime,
} from "vivarium";
import type { AnswerOptions } from "../endpoints/serve-endpoint.ts";
import { type ExtensionLimits, readLimits } from "../instance/extension-limits.ts";
import type { RegistrarOptions } from "../instance/registration.ts";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { OwnScopes } from "../own-scopes/own-scope.ts";
import type { RequestSettings } from "../request/make-request.ts";
import { partedPattern, type UrlMatcher, writtenPattern } from "../scopes/url-pattern.ts";
import { carefulLogger } from "./careful-logger.ts";
import type { ExtensionLogger } from "./extension-logger.ts";
import type { CallerRequest, DirectusExtensionsOptions } from "./host-options.ts";
import { optionSchemas } from "./option-schema.ts";

/** What holds, once everything is said. */
export interface HostSettings {
  readonly logger: ExtensionLogger;
  readonly limits: ExtensionLimits;
  readonly matcher: (pattern: string) => UrlMatcher;
  /** Whether patterns are matched part by part. */
  readonly isParted: boolean;
  readonly environment: string;
  readonly transport: RequestSettings;
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

/** @throws ExtensionError `ERR_EXTENSION_OPTION` */
export function readHostOptions(options: DirectusExtensionsOptions): HostSettings {
  assertOptions(options);
  const { compat = "safe", webGlobals = false } = options;
  if (webGlobals && options.runtime !== undefined) {
    throw invalid("webGlobals", "leave it away: what guests have is the runtime's to say; a `WebRuntime` has these");
  }
  const isParted = compat === "safe";
  const limits = readLimits(options.limits);
  const own = new AsyncDisposableStack();
  const network = options.network ?? own.use(createDefaultNetworkAdapter());
  const runtime = options.runtime ?? own.use(createRuntime(webGlobals, limits));
  return {
    logger: carefulLogger(options.logger ?? NOBODY),
    limits,
    matcher: isParted ? partedPattern : writtenPattern,
    isParted,
    environment: options.environment ?? "production",
    transport: {
      network,
      timeoutMs: limits.requestTimeoutMs,
      maxResponseBytes: limits.maxResponseBytes,
      followsAnywhere: !isParted,
    },
    runtime,
    mustLoad: options.mustLoad ?? false,
    restsMs: options.restsMs ?? RESTS_MS,
    scopes: options.scopes ?? {},
    env: options.env,
    hasLogLevels: options.logLevels ?? false,
    answers: {
      hasDetails: options.requestDetails ?? false,
      headers: new Set(options.responseHeaders?.map((name) => name.toLowerCase())),
    },
    registering: {
      hasMoreHooks: options.moreHooks ?? false,
      hasLegacyOperations: options.legacyOperations ?? false,
    },
    requestUser: options.requestUser ?? (() => undefined),
    hasHookDetails: options.hookDetails ?? false,
    hasConsole: options.consoleLines ?? false,
    hasCodeFromStrings: options.codeFromStrings ?? true,
    hasBundles: options.bundles ?? false,
    dispose: () => own.disposeAsync(),
  };
}

/** One in which what waits fits the next extension. */
function createRuntime(webGlobals: boolean, { memoryMib }: ExtensionLimits): Runtime {
  const Profiled = webGlobals ? WebRuntime : BareRuntime;
  return new Profiled({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxGuests: 1000, idleTimeMs: 0 }),
    memoryLimit: memoryMib,
  });
}

/** Said while they are told, and not when an extension first needs what they are. */
function assertOptions(options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalid("options", "an object");
  }
  for (const [name, given] of Object.entries(options)) {
    const schema = Object.hasOwn(optionSchemas, name) ? optionSchemas[name as keyof typeof optionSchemas] : undefined;
    if (schema === undefined) {
      throw invalid(name, `there is no such option; there are ${Object.keys(optionSchemas).join(", ")}`);
    }
    const [issue] = schema.safeParse(given).error?.issues ?? [];
    if (issue !== undefined) throw invalid([name, ...issue.path.map(String)].join("."), issue.message);
  }
}

function invalid(field: string, remedy: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_OPTION", "An option of the host of extensions is not valid", {
    field,
    remedy,
  });
}
