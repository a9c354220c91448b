import { gzipSync } from "node:zlib";
import type { NetworkAdapter, NetworkRequest, NetworkResponse } from "vivarium";
import { endlessNetwork } from "./endless-network.ts";

const bomb = gzipSync(Buffer.alloc(2 ** 26));

type Headers = NetworkResponse["headers"];

/** What servers of ill will say to a path, beside those of {@link endlessNetwork}. */
const answers: Readonly<Record<string, (request: NetworkRequest) => readonly [number, Headers, Uint8Array]>> = {
  "/bomb": () => [200, [["content-encoding", "gzip"]], bomb],
  "/cut": () => [200, [["content-encoding", "gzip"]], bomb.subarray(0, 1000)],
  "/loop": ({ url }) => [302, [["location", url]], new Uint8Array()],
  "/inside": () => [302, [["location", "http://inside.test/secret"]], new Uint8Array()],
  "/names": () => [200, Array.from({ length: 2000 }, (_none, index) => [`__proto__${index}`, "x"]), new Uint8Array()],
  "/deep": () => [200, [], Buffer.from(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)],
};

export const hostileServers: NetworkAdapter = {
  name: "hostile servers",
  lookup: () => [{ address: "192.0.2.1", family: 4 }],
  fetch: async (request) => {
    const answer = answers[new URL(request.url).pathname];
    if (answer === undefined) return (await endlessNetwork.fetch?.(request)) as NetworkResponse;
    const [status, headers, content] = answer(request);
    return {
      status,
      statusText: "",
      headers,
      body: (async function* () {
        yield content;
      })(),
    };
  },
};
