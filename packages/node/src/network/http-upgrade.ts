import type { Duplex } from "node:stream";
import type { NetworkRequest, NetworkResponse } from "@vivarium/core";
import type { Dispatcher, Pool } from "undici";
import { boundedSocket, type ConnectionBounds } from "./bounded-socket.ts";

/** One request for another protocol: the answer 101 has what follows, any other answer no body. */
export function upgrade(
  pool: Pool,
  request: NetworkRequest,
  signal: AbortSignal,
  bounds: ConnectionBounds,
): Promise<NetworkResponse> {
  const url = new URL(request.url);
  const { promise, resolve, reject } = Promise.withResolvers<NetworkResponse>();
  const abort = (): void => reject(signal.reason);
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      if (signal.aborted) controller.abort(signal.reason as Error);
      signal.addEventListener("abort", () => controller.abort(signal.reason as Error), { once: true });
    },
    onRequestUpgrade(_controller, status, headers, socket) {
      resolve({
        status,
        statusText: "",
        headers: pairsOf(headers),
        body: nothing(),
        upgraded: boundedSocket(socket as Duplex, bounds),
      });
    },
    onResponseStart(controller, status, headers, statusText = "") {
      const pairs = pairsOf(headers).filter(([name]) => name.toLowerCase() !== "content-length");
      resolve({ status, statusText, headers: pairs, body: nothing() });
      controller.abort(new Error("Nobody reads its body"));
    },
    onResponseError(_controller, error) {
      reject(error);
    },
  };
  signal.addEventListener("abort", abort, { once: true });
  pool.dispatch(
    {
      path: `${url.pathname}${url.search}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers.flat(),
      upgrade: request.upgrade ?? "websocket",
    },
    handler,
  );
  return promise.finally(() => signal.removeEventListener("abort", abort));
}

function pairsOf(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one): [string, string][] =>
      one === undefined ? [] : [[name, one]],
    ),
  );
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
