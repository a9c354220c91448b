import type { RequestMethod, RequestScope } from "../manifest/extension-manifest.ts";
import type { UrlMatcher } from "../scopes/url-pattern.ts";
import { RefusedRequest } from "./request-error.ts";

/** The scope of an extension's requests, ready to be asked. */
export interface RequestPolicy {
  readonly matchers: readonly UrlMatcher[];
  /** Those of its bundle, one of which has to match as well. */
  readonly within: readonly UrlMatcher[] | undefined;
  readonly methods: readonly RequestMethod[];
}

export function requestPolicy(scope: RequestScope, matcher: (pattern: string) => UrlMatcher): RequestPolicy {
  return { matchers: scope.urls.map(matcher), within: scope.within?.map(matcher), methods: scope.methods };
}

/** A request that an extension may make. */
export interface AskedRequest {
  readonly url: string;
  readonly method: RequestMethod;
  readonly body: unknown;
  readonly headers: object | undefined;
  /** Whether the content of the response is wanted as it is. */
  readonly wantsBytes: boolean;
}

const FAULTS = {
  method: "Request method has to be of type string",
  body: "Request body has to be of type string or object",
  headers: "Request headers has to be of type object",
} as const;

/**
 * What a guest asks, checked in the order in which Directus checks it.
 *
 * @param options as the guest has sent them: `fault` names what it has left away, being of no type that it can have
 * @throws RefusedRequest
 */
export function readAsked(policy: RequestPolicy | undefined, url: unknown, options: unknown): AskedRequest {
  if (typeof url !== "string") throw new RefusedRequest("Request url has to be of type string", "TypeError");
  if (!isObject(options)) throw new RefusedRequest("Request options has to be of type object", "TypeError");
  if (policy === undefined) throw new RefusedRequest('No permission to access "request"');
  assertUrl(policy, url);
  const { method, body, headers, responseType, fault } = options as Readonly<Record<string, unknown>>;
  if (fault === "method" || (method !== undefined && typeof method !== "string")) throw faulty("method");
  if (fault === "body" || !(body === undefined || typeof body === "string" || isObject(body))) throw faulty("body");
  if (fault === "headers" || !(headers === undefined || isObject(headers))) throw faulty("headers");
  const wantsBytes = responseType === "bytes";
  return { url, method: assertMethod(policy, method), body, headers: headers as object | undefined, wantsBytes };
}

/** Nobody has longer ones, and each is held against every pattern. */
const LONGEST_URL = 64 * 1024;

/** @throws RefusedRequest for a URL that no pattern of the scope matches */
export function assertUrl({ matchers, within }: RequestPolicy, url: string): void {
  if (url.length > LONGEST_URL) throw new RefusedRequest("Request url is too long", "TypeError");
  const isAllowed = [matchers, within ?? matchers].every((patterns) => patterns.some((matches) => matches(url)));
  if (!isAllowed) throw new RefusedRequest(`No permission to request "${url}"`);
}

/** @throws RefusedRequest for a method that the scope does not name */
export function assertMethod({ methods }: RequestPolicy, method: string | undefined): RequestMethod {
  const wanted = method ?? "GET";
  const allowed = methods.find((name) => name === wanted);
  if (allowed === undefined) throw new RefusedRequest(`No permission to use request method "${wanted}"`);
  return allowed;
}

function faulty(option: keyof typeof FAULTS): RefusedRequest {
  return new RefusedRequest(FAULTS[option], "TypeError");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
