/**
 * What an extension imports as `directus:api`. It runs in the extension's own realm, so that the errors that it throws are
 * of the classes that the extension knows; what counts is checked again in the host.
 */
import { granted, log as hostLog, request as hostRequest, sleep as hostSleep, type SentOptions } from "directus:host";

// As they are before the extension's code runs.
const { getOwnPropertyDescriptor, assign, defineProperty } = Object;
const { String: toText } = globalThis;
const LONGEST_SLEEP = 2 ** 31;

export function log(message: unknown, ...more: readonly unknown[]): void {
  demand("log");
  if (typeof message !== "string") throw new TypeError("Log message has to be of type string");
  const [level] = more;
  hostLog(message, typeof level === "string" ? level : undefined);
}

export async function sleep(milliseconds: unknown): Promise<void> {
  demand("sleep");
  if (typeof milliseconds !== "number") throw new TypeError("Sleep milliseconds has to be of type number");
  if (milliseconds >= LONGEST_SLEEP) throw new RangeError(`Sleep milliseconds has to be below ${LONGEST_SLEEP}`);
  await hostSleep(milliseconds > 0 ? milliseconds : 0);
}

export async function request(url: unknown, options?: unknown): Promise<object> {
  if (typeof url !== "string") throw new TypeError("Request url has to be of type string");
  if (options !== undefined && !isObject(options)) throw new TypeError("Request options has to be of type object");
  demand("request");
  const answer = await send(url, readOptions(options));
  if (answer.kind === "response") return answer.response;
  if (answer.kind === "failed") throw failure(answer.message, answer.details);
  throw answer.type === "TypeError" ? new TypeError(answer.message) : new Error(answer.message);
}

async function send(url: string, options: SentOptions): ReturnType<typeof hostRequest> {
  try {
    return await hostRequest(url, options);
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    // What a body or a header holds that is no data.
    throw code === "ERR_UNEXPORTABLE_VALUE" ? new TypeError(`Request could not be cloned. ${toText(message)}`) : error;
  }
}

/** Extensions log it as JSON, which has only what can be enumerated: its message is to be among that. */
function failure(message: string, details: object): Error {
  const shown = { __proto__: null, value: message, enumerable: true };
  return assign(defineProperty(new Error(message), "message", shown), details);
}

function demand(scope: keyof typeof granted): void {
  if (!granted[scope]) throw new Error(`No permission to access "${scope}"`);
}

/** Only what is its own and no getter. The first option of a wrong type is named to the host, which has checks before and after. */
function readOptions(options: object | undefined): SentOptions {
  const method = ownValue(options, "method");
  if (method !== undefined && typeof method !== "string") return { fault: "method" };
  const body = ownValue(options, "body");
  if (body !== undefined && typeof body !== "string" && !isObject(body)) return withMethod(method, { fault: "body" });
  const headers = ownValue(options, "headers");
  if (headers !== undefined && !isObject(headers)) return withMethod(method, { fault: "headers" });
  return withMethod(method, {
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  });
}

function withMethod(method: string | undefined, options: SentOptions): SentOptions {
  return method === undefined ? options : { ...options, method };
}

function ownValue(options: object | undefined, name: string): unknown {
  const property = options === undefined ? undefined : getOwnPropertyDescriptor(options, name);
  if (property === undefined) return undefined;
  if ("get" in property || "set" in property) throw new TypeError("Property is getter");
  return property.value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
