import { isIP } from "node:net";
import type { CheckedAddress, NetworkAdapter, NetworkRequest, NetworkResponse } from "vivarium";
import type { Hop } from "./hop.ts";
import { networkFailure } from "./request-failure.ts";
import type { RequestTransport } from "./request-transport.ts";

/**
 * One request, and what is answered to it.
 *
 * @throws RequestFailure `ERR_REQUEST_NETWORK`, `ERR_REQUEST_DENIED`
 */
export async function exchange(
  { url, method, headers, body }: Hop,
  { network, guest }: RequestTransport,
  signal: AbortSignal,
): Promise<NetworkResponse> {
  try {
    if (network.fetch === undefined) throw coded("ENOSYS");
    const addresses = await addressesOf(network, url);
    const request: NetworkRequest = {
      url: withoutFragment(url),
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(addresses !== undefined && { addresses }),
      signal,
      guest,
    };
    return await network.fetch(request);
  } catch (error) {
    throw networkFailure(error, url);
  }
}

/** Where to connect: looked up once, so that what the network checks is what it connects to. */
async function addressesOf(network: NetworkAdapter, { hostname }: URL): Promise<readonly CheckedAddress[] | undefined> {
  const literal = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(literal);
  if (family !== 0) return [{ address: literal, family: family === 6 ? 6 : 4, isNamed: false }];
  if (network.lookup === undefined) return undefined;
  const found = await network.lookup(hostname);
  if (found.length === 0) throw coded("ENOTFOUND");
  return found.map(({ address, family }) => ({ address, family, isNamed: false }));
}

function withoutFragment(url: URL): string {
  const plain = new URL(url);
  plain.hash = "";
  return plain.href;
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
