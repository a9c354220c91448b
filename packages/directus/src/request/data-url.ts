import type { IncomingResponse } from "@vivarium/requests";
import { networkFailure, tooLong } from "./request-error.ts";

/**
 * What a `data:` URL says itself: nothing is asked for it.
 *
 * @throws RequestError (by rejection) for one that says nothing, and for a content that is too long
 */
export async function readDataUrl(
  url: string,
  { maxResponseBytes }: { readonly maxResponseBytes: number },
): Promise<IncomingResponse> {
  const response = await fetch(url).catch(() => {
    throw networkFailure("Invalid URL", "ERR_INVALID_URL");
  });
  const content = await response.bytes();
  if (content.byteLength > maxResponseBytes) throw tooLong(maxResponseBytes);
  const { status, statusText, headers } = response;
  return { url, status, statusText, headers: [...headers], content };
}
