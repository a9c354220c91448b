// biome-ignore-all lint/suspicious/noExplicitAny: what the data is, whoever writes an extension knows
/**
 * What a sandboxed extension of Directus finds in `directus:api`.
 *
 * Refer to it from a file (`/// <reference types="@vivarium/directus/api.d.ts" />`), or name it among the `types` of a
 * `tsconfig.json`. What is marked as of some hosts is there where an option of the host says so; Directus has none of it.
 * The functions of a scope `items` are in `@vivarium/directus/items.d.ts`; those of other scopes are declared likewise.
 */
declare module "directus:api" {
  /**
   * Writes a line into the host's log.
   *
   * Scope: `log`.
   *
   * @throws Error without the scope; TypeError for what is no text
   */
  export const log: SandboxLogFn;

  /**
   * Waits.
   *
   * Scope: `sleep`.
   *
   * @throws (by rejection) Error without the scope; TypeError for what is no number; RangeError from 2147483648 on
   */
  export const sleep: SandboxSleepFn;

  /**
   * Makes a request over HTTP.
   *
   * Scope: `request`, with the patterns of `urls` and the `methods` that it needs.
   *
   * @returns the response, where its status is one of success
   * @throws (by rejection) {@link SandboxRequestError} for any other status, and where no response comes; Error for what the
   * scope does not grant; TypeError for arguments of other types
   */
  export const request: SandboxRequestFn;

  export type SandboxLogLevel = "debug" | "info" | "warn" | "error";

  /**
   * @param message text
   * @param level heeded by some hosts (`logLevels`). @default "info"
   */
  export type SandboxLogFn = (message: string, level?: SandboxLogLevel) => void;

  /** @param milliseconds how long: at once for 0 and below */
  export type SandboxSleepFn = (milliseconds: number) => Promise<void>;

  export interface SandboxRequestFn {
    (url: string, options: SandboxBytesOptions): Promise<SandboxBytesResponse>;
    (url: string, options?: SandboxRequestOptions): Promise<SandboxRequestResponse>;
  }

  export interface SandboxRequestOptions {
    /** @default "GET" */
    method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Text as it is, bytes as they are; anything else as JSON, or as a form where `content-type` says so. */
    body?: Record<string, any> | readonly unknown[] | string | ArrayBuffer | ArrayBufferView;
    headers?: Record<string, string | number | boolean | readonly (string | number)[] | null | undefined>;
  }

  /** For a response of bytes; Directus does not have it. */
  export interface SandboxBytesOptions extends SandboxRequestOptions {
    responseType: "bytes";
  }

  export interface SandboxRequestResponse {
    status: number;
    statusText: string;
    /** By lower-case names; `set-cookie` is a list. */
    headers: Record<string, string>;
    /** What JSON it is, whatever its type says; else its text. */
    data: any;
  }

  export interface SandboxBytesResponse extends Omit<SandboxRequestResponse, "data"> {
    data: Uint8Array;
  }

  /** A request that has failed. */
  export interface SandboxRequestError extends Error {
    name: "AxiosError";
    /** `ERR_BAD_REQUEST`, `ERR_BAD_RESPONSE`, or a code of the network: `ENOTFOUND`, `ECONNREFUSED`, … */
    code: string;
    /** Of the response, where one came. */
    status?: number;
    /** The response, where one came, as the JSON of `{ status, statusText, headers, data }`. */
    response?: string;
  }

  export interface SandboxEndpointRequest {
    /** Path and query, beneath the extension's own. */
    url: string;
    headers: Record<string, string>;
    /** What was sent as JSON; else an empty object. */
    body: any;
    /** Of some hosts (`requestDetails`). */
    method?: string;
    /** What the path has for the names in the route's, and for its stars by their numbers, decoded. Of some hosts (`requestDetails`). */
    params?: Record<string, string>;
    /** Who has sent it. Of some hosts (`requestUser`). */
    user?: any;
    /** What comes more than once is a list. Of some hosts (`requestDetails`). */
    query?: Record<string, string | string[]>;
  }

  export interface SandboxEndpointResponse {
    status: number;
    /** Text is sent as HTML, other data as JSON. */
    body?: any;
    /** Of some hosts, which name those that can be set (`responseHeaders`). */
    headers?: Record<string, string>;
  }

  export type SandboxEndpointRouteHandlerFn = (
    request: SandboxEndpointRequest,
  ) => SandboxEndpointResponse | Promise<SandboxEndpointResponse>;

  /** @param path of Express' kind: `/items/:id`, `/files/*` */
  export type SandboxEndpointRegisterFn = (path: string, handler: SandboxEndpointRouteHandlerFn) => void;

  /** The default export of an endpoint that has its routes beneath an id, and not beneath the name of its package. */
  export interface SandboxEndpointConfig {
    /** One part of a path. */
    id: string;
    handler: (router: SandboxEndpointRouter) => void | Promise<void>;
  }

  /** What the default export of an endpoint is called with. */
  export interface SandboxEndpointRouter {
    get: SandboxEndpointRegisterFn;
    post: SandboxEndpointRegisterFn;
    put: SandboxEndpointRegisterFn;
    patch: SandboxEndpointRegisterFn;
    delete: SandboxEndpointRegisterFn;
  }

  /** @param details what the event is about, for filters of some hosts (`hookDetails`) */
  export type SandboxHookHandlerFn = (payload: any, details?: any) => any;

  /** @param event names between dots, of which `*` is any: `items.*` */
  export type SandboxHookRegisterFn = (event: string, handler: SandboxHookHandlerFn) => void;

  /** @param times five or six fields, as cron has them; six begin with seconds */
  export type SandboxScheduleFn = (times: string, handler: () => unknown) => void;

  /** What the default export of a hook is called with. */
  export interface SandboxHookRegisterContext {
    /** What the handler answers takes the place of the payload. */
    filter: SandboxHookRegisterFn;
    /** The handler hears what the event was about. */
    action: SandboxHookRegisterFn;
    /** The handler is waited for when the host starts. Of some hosts (`moreHooks`). */
    init?: SandboxHookRegisterFn;
    /** The handler is called at times that cron knows. Of some hosts (`moreHooks`). */
    schedule?: SandboxScheduleFn;
  }

  export type SandboxOperationHandlerFn = (options: Record<string, any>) => any;

  /** The default export of an operation. */
  export interface SandboxOperationConfig {
    id: string;
    handler: SandboxOperationHandlerFn;
  }
}
