import type { ExtensionLogger } from "../host/extension-logger.ts";
import { type EndpointAnswer, failedAnswer, readAnswer } from "./endpoint-answer.ts";
import type { EndpointTable } from "./endpoint-table.ts";
import { UnreadableRequest } from "./request-content.ts";

/** Who has sent a request. */
export interface Caller {
  /** Whether he may know why something has failed. */
  readonly isPrivileged: boolean;
  /** What handlers are told of him; undefined for nothing. */
  readonly user: () => unknown;
}

/** A request for an endpoint. */
export interface EndpointRequest extends Caller {
  readonly method: string;
  /** Path and query, as they were requested. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Reads the content, where it is wanted: parsed JSON, or `{}`. */
  readonly body: () => Promise<unknown>;
}

/** What endpoints have beyond what Directus gives them. */
export interface AnswerOptions {
  /** Whether handlers get `method`, `params` and `query`. */
  readonly hasDetails: boolean;
  /** Headers that answers may set, in lower case. */
  readonly headers: ReadonlySet<string>;
}

/**
 * Has an extension answer a request.
 *
 * @returns undefined where no route serves it
 */
export async function serveEndpoint(
  endpoints: EndpointTable,
  request: EndpointRequest,
  logger: ExtensionLogger,
  options: AnswerOptions,
): Promise<EndpointAnswer | undefined> {
  const { method, target, headers } = request;
  const query = target.indexOf("?");
  const path = query < 0 ? target : target.slice(0, query);
  const found = endpoints.find(method, path);
  if (found === undefined) return undefined;
  try {
    const search = query < 0 ? "" : target.slice(query);
    const details = options.hasDetails ? { method, params: found.params, query: queryOf(search) } : {};
    const user = await request.user();
    const who = user === undefined ? {} : { user };
    const argument = { url: found.path + search, headers, body: await request.body(), ...details, ...who };
    return await readAnswer(await found.instance.call(found.index, argument), options.headers);
  } catch (error) {
    if (error instanceof UnreadableRequest) return error.answer;
    const { name: extension } = found.instance.manifest;
    logger.warn(`Extension "${extension}" could not answer a request`, { extension, error });
    return failedAnswer(request.isPrivileged && error instanceof Error ? error.message : undefined);
  }
}

/** What comes again is a list. */
function queryOf(search: string): Readonly<Record<string, string | readonly string[]>> {
  const parameters = new URLSearchParams(search);
  const names = new Set(parameters.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}
