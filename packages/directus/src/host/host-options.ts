import type { IncomingMessage } from "node:http";
import type { NetworkAdapter, Runtime } from "vivarium";
import type { ExtensionLimits } from "../instance/extension-limits.ts";
import type { OwnScopes } from "../own-scopes/own-scope.ts";
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
  /**
   * Where extensions live: one whose guests are bare, or a `WebRuntime` in the place of `webGlobals`. It stays the caller's to
   * dispose of.
   * @default one of its own
   */
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
