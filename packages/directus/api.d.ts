// biome-ignore-all lint/suspicious/noExplicitAny: what the data is, whoever writes an extension knows
/**
 * What a sandboxed extension of Directus finds in `directus:api`.
 *
 * Refer to it from a file (`/// <reference types="@vivarium/directus/api.d.ts" />`), or name it among the `types` of a
 * `tsconfig.json`.
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

  /** @param message text */
  export type SandboxLogFn = (message: string) => void;

  /** @param milliseconds how long: at once for 0 and below */
  export type SandboxSleepFn = (milliseconds: number) => Promise<void>;

  export type SandboxRequestFn = (url: string, options?: SandboxRequestOptions) => Promise<SandboxRequestResponse>;

  export interface SandboxRequestOptions {
    /** @default "GET" */
    method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Text as it is, bytes as they are; anything else as JSON, or as a form where `content-type` says so. */
    body?: Record<string, any> | readonly unknown[] | string | ArrayBuffer | ArrayBufferView;
    headers?: Record<string, string | number | boolean | readonly (string | number)[] | null | undefined>;
  }

  export interface SandboxRequestResponse {
    status: number;
    statusText: string;
    /** By lower-case names; `set-cookie` is a list. */
    headers: Record<string, string>;
    /** What JSON it is, whatever its type says; else its text. */
    data: any;
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
  }

  export interface SandboxEndpointResponse {
    status: number;
    /** Text is sent as HTML, other data as JSON. */
    body?: any;
  }

  export type SandboxEndpointRouteHandlerFn = (
    request: SandboxEndpointRequest,
  ) => SandboxEndpointResponse | Promise<SandboxEndpointResponse>;

  /** @param path of Express' kind: `/items/:id`, `/files/*` */
  export type SandboxEndpointRegisterFn = (path: string, handler: SandboxEndpointRouteHandlerFn) => void;

  /** What the default export of an endpoint is called with. */
  export interface SandboxEndpointRouter {
    get: SandboxEndpointRegisterFn;
    post: SandboxEndpointRegisterFn;
    put: SandboxEndpointRegisterFn;
    patch: SandboxEndpointRegisterFn;
    delete: SandboxEndpointRegisterFn;
  }

  export type SandboxHookHandlerFn = (payload: any) => any;

  /** @param event names between dots, of which `*` is any: `items.*` */
  export type SandboxHookRegisterFn = (event: string, handler: SandboxHookHandlerFn) => void;

  /** What the default export of a hook is called with. */
  export interface SandboxHookRegisterContext {
    /** What the handler answers takes the place of the payload. */
    filter: SandboxHookRegisterFn;
    /** The handler hears what the event was about. */
    action: SandboxHookRegisterFn;
  }

  export type SandboxOperationHandlerFn = (options: Record<string, any>) => any;

  /** The default export of an operation. */
  export interface SandboxOperationConfig {
    id: string;
    handler: SandboxOperationHandlerFn;
  }
}
