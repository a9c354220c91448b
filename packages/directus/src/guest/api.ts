/**
 * What an extension imports as `directus:api`. It runs in the extension's own realm, so that the errors that it throws are
 * of the classes that the extension knows; what counts is checked again in the host. What the extension makes of its
 * realm is no matter here: it is evaluated first, and looks at no prototype later.
 */
import {
  granted,
  log as hostLog,
  request as hostRequest,
  sleep as hostSleep,
  type RequestAnswer,
  type SentOptions,
  type SentResponse,
} from "directus:host";
import { follow, ownValue, promised, setAllOwn, setOwn } from "./past-prototypes.ts";

const { parse, stringify } = JSON;
const LONGEST_SLEEP = 2 ** 31;

/** With the length that it has in Directus, where it takes one argument. */
export function log(message: unknown, level: unknown = undefined): void {
  demand("log");
  if (typeof message !== "string") throw new TypeError("Log message has to be of type string");
  hostLog(message, typeof level === "string" ? level : undefined);
}

export function sleep(milliseconds: unknown): Promise<void> {
  return promised((resolve, reject) => {
    demand("sleep");
    if (typeof milliseconds !== "number") throw new TypeError("Sleep milliseconds has to be of type number");
    if (milliseconds >= LONGEST_SLEEP) throw new RangeError(`Sleep milliseconds has to be below ${LONGEST_SLEEP}`);
    follow(hostSleep(milliseconds > 0 ? milliseconds : 0), resolve, reject);
  });
}

export function request(url: unknown, options?: unknown): Promise<object> {
  return promised((resolve, reject) => {
    if (typeof url !== "string") throw new TypeError("Request url has to be of type string");
    if (options !== undefined && !isObject(options)) throw new TypeError("Request options has to be of type object");
    demand("request");
    follow(send(url, readOptions(options)), (answer) => resolve(responseOf(answer)), reject);
  });
}

function send(url: string, options: SentOptions): Promise<RequestAnswer> {
  try {
    return hostRequest(url, options);
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    // What a body or a header holds that is no data.
    throw code === "ERR_UNEXPORTABLE_VALUE" ? new TypeError(`Request could not be cloned. ${message}`) : error;
  }
}

function responseOf(answer: RequestAnswer): object {
  if (answer.kind === "response") return readResponse(answer.response);
  if (answer.kind === "refused" && answer.type === "TypeError") throw new TypeError(answer.message);
  throw answer.kind === "failed" ? failure(answer) : new Error(answer.message);
}

/** The host has no part in what a stranger's text becomes. */
function readResponse({ status, statusText, headers, content }: SentResponse): object {
  return { status, statusText, headers, data: typeof content === "string" ? dataOf(content) : content };
}

/** JSON where the text can be parsed, whatever its type says; else the text. */
function dataOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

/**
 * Extensions log it as JSON, which has only what can be enumerated: its message is to be among that. They read its `response`
 * as a JSON text, which it was in Directus 10.10 to 11.14.
 */
function failure({ message, details, response }: RequestAnswer & { readonly kind: "failed" }): Error {
  const error = new Error(message);
  setOwn(error, "message", message);
  setAllOwn(error, details);
  if (response !== undefined) setOwn(error, "response", stringify(readResponse(response)));
  return error;
}

function demand(scope: keyof typeof granted): void {
  if (!granted[scope]) throw new Error(`No permission to access "${scope}"`);
}

/** Only what is its own and no getter. The first option of a wrong type is named to the host, which has checks before and after. */
function readOptions(options: object = {}): SentOptions {
  const method = ownValue(options, "method");
  if (method !== undefined && typeof method !== "string") return { fault: "method" };
  const body = ownValue(options, "body");
  if (body !== undefined && typeof body !== "string" && !isObject(body)) return withMethod(method, { fault: "body" });
  const headers = ownValue(options, "headers");
  if (headers !== undefined && !isObject(headers)) return withMethod(method, { fault: "headers" });
  return withMethod(method, {
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
    ...(ownValue(options, "responseType") === "bytes" && { responseType: "bytes" }),
  });
}

function withMethod(method: string | undefined, options: SentOptions): SentOptions {
  return method === undefined ? options : { ...options, method };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
