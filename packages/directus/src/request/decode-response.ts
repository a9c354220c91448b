import type { IncomingResponse } from "@vivarium/requests";
import type { ResponseData } from "./request-error.ts";

/**
 * What an extension gets of a response; a text is parsed there, in time and memory of the extension's own.
 *
 * @param wantsBytes whether it gets the content of a success as it is
 */
export function decodeResponse(response: IncomingResponse, wantsBytes: boolean): ResponseData {
  const { content } = response;
  return {
    status: response.status,
    statusText: response.statusText,
    headers: headersOf(response),
    content: wantsBytes && isSuccess(response) ? Uint8Array.from(content) : new TextDecoder().decode(content),
  };
}

export function isSuccess({ status }: Pick<IncomingResponse, "status">): boolean {
  return status >= 200 && status <= 299;
}

/** By lower-case names. Cookies are a list; what else comes again is joined. */
function headersOf({ headers }: IncomingResponse): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const known = found.get(lower);
    if (lower === "set-cookie") found.set(lower, [...(Array.isArray(known) ? known : []), value]);
    else found.set(lower, known === undefined ? value : `${String(known)}, ${value}`);
  }
  return Object.fromEntries(found);
}
