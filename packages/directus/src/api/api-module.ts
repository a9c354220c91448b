import { setTimeout as delay } from "node:timers/promises";
import {
  defineModule,
  defineSourceModule,
  type HostCall,
  type HostModules,
  hostFunction,
  type ProvidedModule,
} from "vivarium";
import { guestCode } from "../guest-code.ts";
import { type ExtensionLogger, writeSaid } from "../host/extension-logger.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";
import type { ScopeFunction } from "../own-scopes/own-scope.ts";
import { type RequestPolicy, readAsked } from "../request/asked-request.ts";
import { extensionTransport, makeRequest, type RequestSettings } from "../request/make-request.ts";
import { RefusedRequest, RequestError, type ResponseData } from "../request/request-error.ts";

/** Milliseconds that a timer can have. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/** What an extension's `directus:api` is made of. */
export interface ApiContext {
  readonly manifest: ExtensionManifest;
  readonly policy: RequestPolicy | undefined;
  readonly transport: RequestSettings;
  readonly logger: ExtensionLogger;
  /** Functions of scopes of the host's own. */
  readonly functions: Readonly<Record<string, ScopeFunction>>;
  /** Whether an extension says at which level it logs. */
  readonly hasLogLevels: boolean;
}

/** What an extension can import. */
export function apiModules(context: ApiContext): HostModules {
  const api = defineSourceModule(guestCode("api"), {
    filePath: "/directus/api.js",
    imports: { "directus:host": hostModule(context) },
  });
  const names = Object.keys(context.functions);
  return { "directus:api": names.length === 0 ? api : joined(api, defineModule(context.functions), names) };
}

/** One module of both. The names are the host's, and such as a module can have. */
function joined(api: ProvidedModule, scopes: ProvidedModule, names: readonly string[]): ProvidedModule {
  return defineSourceModule(`export * from "directus:sdk"; export { ${names.join(", ")} } from "directus:scopes";`, {
    filePath: "/directus/scopes.js",
    imports: { "directus:sdk": api, "directus:scopes": scopes },
  });
}

function hostModule(context: ApiContext): ProvidedModule {
  const { manifest, policy, logger, hasLogLevels } = context;
  const transport = extensionTransport(context.transport);
  const { scopes } = manifest;
  return defineModule({
    granted: { log: scopes.log, sleep: scopes.sleep, request: scopes.request !== undefined },
    log(message: unknown, level: unknown): void {
      if (!scopes.log || typeof message !== "string") return;
      writeSaid(logger, manifest.name, message, hasLogLevels ? level : "info");
    },
    sleep: hostFunction({
      isSync: false,
      run: async ({ signal }: HostCall, milliseconds: unknown) => {
        if (!scopes.sleep || typeof milliseconds !== "number") throw new TypeError("it cannot sleep so");
        await delay(Math.min(Math.max(1, milliseconds), LONGEST_SLEEP), undefined, { signal });
      },
    }),
    request: hostFunction({
      isSync: false,
      run: ({ signal }: HostCall, url: unknown, options: unknown) =>
        answer(async () => {
          const asked = readAsked(policy, url, options);
          return makeRequest(asked, policy as RequestPolicy, transport, signal);
        }),
    }),
  });
}

/** As the guest's side of it reads it: what is thrown there is made there. */
async function answer(request: () => Promise<ResponseData>): Promise<object> {
  try {
    return { kind: "response", response: await request() };
  } catch (error) {
    if (error instanceof RequestError) {
      const { message, details, response } = error;
      return { kind: "failed", message, details, response };
    }
    if (error instanceof RefusedRequest) return { kind: "refused", type: error.type, message: error.message };
    // A body that JSON cannot have or that is too long for it, a header that is none.
    if (error instanceof TypeError || error instanceof RangeError)
      return { kind: "refused", type: "TypeError", message: error.message };
    throw error;
  }
}
