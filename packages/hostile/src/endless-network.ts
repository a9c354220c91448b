import type { NetworkAdapter, NetworkRequest } from "vivarium";

const PIECE = new Uint8Array(65_536);

/**
 * A network without an end, in memory: what a guest asks of it is all that it costs. Paths: `/endless` gives zeros for ever,
 * `/drip` a byte now and then, `/never` nothing; any other path takes what it is sent and answers.
 */
export const endlessNetwork: NetworkAdapter = {
  name: "endless network",
  fetch: (request) => ({ status: 200, statusText: "OK", headers: [], body: bodyOf(request) }),
};

async function* bodyOf({ url, body, signal }: NetworkRequest): AsyncGenerator<Uint8Array> {
  const { pathname } = new URL(url);
  if (pathname === "/endless") while (!signal.aborted) yield PIECE;
  if (pathname === "/drip") while (!signal.aborted) yield await later(PIECE.subarray(0, 1), 10, signal);
  if (pathname === "/never") await later(undefined, 2 ** 30, signal);
  if (body !== undefined && !(body instanceof Uint8Array)) for await (const piece of body) void piece;
  yield PIECE.subarray(0, 2);
}

function later<T>(value: T, milliseconds: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve(value);
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener("abort", over, { once: true });
  });
}
