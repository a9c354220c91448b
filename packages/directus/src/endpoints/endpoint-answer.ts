import { encodeInSlices, partsOfText } from "../slices/encode-in-slices.ts";
import { encodeJson } from "../slices/encode-json.ts";

/** An answer of an extension, as it goes out over HTTP. */
export interface EndpointAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** In UTF-8: pieces that follow one another, none for no body. */
  readonly body: readonly Uint8Array[];
}

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";

/**
 * What a handler has answered: `{ status, body }`. Text is HTML, other data JSON, nothing an empty body.
 *
 * @param settable names of headers that it may set by `headers`, in lower case
 * @throws TypeError (by rejection) for what is no answer, RangeError for a status that no answer can have, and for a body
 * that is too long as JSON
 */
export async function readAnswer(result: unknown, settable: ReadonlySet<string>): Promise<EndpointAnswer> {
  if (typeof result !== "object" || result === null) throw new TypeError("It has answered with no response");
  const { status, body, headers } = result as Readonly<Record<string, unknown>>;
  const whole = readStatus(status);
  const { type, pieces } = await encoded(body);
  const own = { ...(type !== undefined && { "content-type": type }), ...readHeaders(headers, settable) };
  return { status: whole, headers: own, body: pieces };
}

/** Those that it may set, of values that a header can have. */
function readHeaders(headers: unknown, settable: ReadonlySet<string>): Readonly<Record<string, string>> {
  if (typeof headers !== "object" || headers === null) return {};
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(
      ([name, value]) => settable.has(name) && typeof value === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
    );
  return Object.fromEntries(own);
}

function readStatus(status: unknown): number {
  const whole = typeof status === "number" || typeof status === "string" ? Math.trunc(Number(status)) : Number.NaN;
  // What comes below promises another answer, which a client would wait for; what is above the web does not know.
  if (whole >= 200 && whole <= 599) return whole;
  throw new RangeError("It has answered with no valid status");
}

interface EncodedBody {
  readonly type: string | undefined;
  readonly pieces: readonly Uint8Array[];
}

async function encoded(body: unknown): Promise<EncodedBody> {
  if (body === undefined || body === null) return { type: undefined, pieces: [] };
  if (typeof body === "string") {
    return { type: HTML, pieces: await encodeInSlices(partsOfText(body), Number.POSITIVE_INFINITY) };
  }
  return { type: JSON_TYPE, pieces: await encodeJson(body) };
}

/** What a client gets of an answer that has failed; `message` only where it may be told. */
export function failedAnswer(message: string | undefined): EndpointAnswer {
  return errorAnswer(500, message ?? "An unexpected error occurred.", "INTERNAL_SERVER_ERROR");
}

/** What a client gets whose request reaches no handler. */
export function errorAnswer(status: number, message: string, code: string): EndpointAnswer {
  const error = { message, extensions: { code } };
  const body = [Buffer.from(JSON.stringify({ errors: [error] }))];
  return { status, headers: { "content-type": JSON_TYPE }, body };
}
