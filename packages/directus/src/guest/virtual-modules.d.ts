/** What the host gives the module that extensions import: not for them. */
declare module "directus:host" {
  /** What the extension may use at all. */
  export const granted: { readonly log: boolean; readonly sleep: boolean; readonly request: boolean };
  /** @param level for hosts that let extensions say it */
  export function log(message: string, level: string | undefined): void;
  export function sleep(milliseconds: number): Promise<void>;
  export function request(url: string, options: SentOptions): Promise<RequestAnswer>;

  export interface SentOptions {
    readonly method?: string;
    readonly body?: unknown;
    readonly headers?: object;
    /** What the data of the response is to be: text or JSON, unless it is this. */
    readonly responseType?: "bytes";
    /** The option that is of a wrong type, which is left away. */
    readonly fault?: "method" | "body" | "headers";
  }

  /** What has come back. */
  export interface SentResponse {
    readonly status: number;
    readonly statusText: string;
    readonly headers: object;
    /** Bytes where those are wanted. */
    readonly content: string | Uint8Array;
  }

  /** A response, or why there is none. */
  export type RequestAnswer =
    | { readonly kind: "response"; readonly response: SentResponse }
    | {
        readonly kind: "failed";
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
        /** One that is no success. */
        readonly response: SentResponse | undefined;
      }
    | { readonly kind: "refused"; readonly type: "Error" | "TypeError"; readonly message: string };
}

/** What readies the realm and registers for an extension: evaluated before it. */
declare module "directus:set-up" {
  export { setUp } from "./set-up.ts";
}

/** What registers for an extension has of its host. */
declare module "directus:registrar" {
  export const type: "endpoint" | "hook" | "operation";
  /** Whether hooks can register `init` and `schedule`. */
  export const hasMoreHooks: boolean;
  /** Of a bundle, the name of the entry that this guest is for. */
  export const entry: string | undefined;
  /** Whether an operation may be a function that makes its configuration. */
  export const hasLegacyOperations: boolean;
  export function register(kind: string, key: string, handler: (argument: unknown, details: unknown) => unknown): void;
  /** Has the routes of an endpoint be beneath another name than its package's. */
  export function mount(id: string): void;
}

/** The extension's own code, which may export nothing. */
declare module "directus:extension" {
  const extension: unknown | undefined;

  // biome-ignore lint/style/noDefaultExport: it is how extensions are written
  export { extension as default };
}

/** How the embedder has set up extensions. */
declare module "directus:settings" {
  /** The variables that it has. */
  export const environment: Readonly<Record<string, string>>;
  /** Whether `console` writes. */
  export const hasConsole: boolean;
  /** Whether code can be made of strings. */
  export const hasCodeFromStrings: boolean;
  export function say(line: string, level: string): void;
}
