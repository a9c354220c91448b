import { assertExpanse } from "../api/expanse.ts";
import { encodeInSlices, partsOfText } from "../slices/encode-in-slices.ts";
import { encodeJson } from "../slices/encode-json.ts";

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

/** A body as it is sent, and the type that it is of where the extension has said none. */
export interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly type: string | undefined;
}

/**
 * The body of a request: text as it is, bytes as they are, an object as a form where the headers say that it is one, and
 * else as JSON.
 *
 * @param type the extension's own `content-type`
 * @throws TypeError (by rejection) for what JSON cannot have, RangeError for what is too long
 */
export async function encodeBody(body: unknown, type: string | undefined): Promise<EncodedBody | undefined> {
  if (body === undefined) return undefined;
  if (typeof body === "string") {
    return { bytes: Buffer.concat(await encodeInSlices(partsOfText(body), Number.POSITIVE_INFINITY)), type: FORM };
  }
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body), type: FORM };
  if (ArrayBuffer.isView(body)) {
    return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength), type: FORM };
  }
  if (type?.toLowerCase().startsWith(FORM) === true) return { bytes: Buffer.from(formOf(body as object)), type: FORM };
  return { bytes: Buffer.concat(await encodeJson(body)), type: JSON_TYPE };
}

/** Of a form, which is written at once. */
const FORM_EXPANSE = { values: 10_000, characters: 2 ** 20 };

function formOf(body: object): string {
  assertExpanse(body, FORM_EXPANSE);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) form.append(`${name}[]`, formValue(item));
    else form.append(name, formValue(value));
  }
  return form.toString();
}

function formValue(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
