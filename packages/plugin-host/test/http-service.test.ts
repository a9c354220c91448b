import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDefaultNetworkAdapter, type NetworkAdapter, type NetworkRequest } from "vivarium";
import { type HttpServiceOptions, httpService } from "../src/services/http/http-service.ts";
import { manifestOf } from "./support/manifests.ts";
import { type CallService, callerOf } from "./support/service-caller.ts";

const coded = (code: string, message = ""): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

let server: Server;
let port: number;
let seen: string[];
let answer: RequestListener;

beforeEach(async () => {
  seen = [];
  answer = (_request, response) => response.end("hello");
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host}${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A network in which names lead here. */
function networkOf(address = "127.0.0.1"): NetworkAdapter & { readonly requests: NetworkRequest[] } {
  const base = createDefaultNetworkAdapter();
  const requests: NetworkRequest[] = [];
  return {
    requests,
    lookup: () => [{ address, family: address.includes(":") ? 6 : 4 }],
    fetch(request) {
      requests.push(request);
      return base.fetch?.(request) ?? Promise.reject(new Error("There is no network"));
    },
  };
}

function callerFor(hosts: readonly string[], options: Partial<HttpServiceOptions> = {}): CallService {
  return callerOf(httpService({ network: networkOf(), ...options }), manifestOf({ network: { hosts } }));
}

describe("http", () => {
  test("fetches from a host that the manifest grants", async () => {
    answer = (_request, response) => {
      response.writeHead(
        201,
        "Made",
        [
          ["content-type", "application/json"],
          ["x-a", "1"],
          ["X-A", "2"],
          ["__proto__", "x"],
        ].flat(),
      );
      response.end('{"a": "ü"}');
    };
    const response = await callerFor(["127.0.0.1"])("fetch", `http://127.0.0.1:${port}/path?q=1`);
    expect(response).toMatchObject({
      url: `http://127.0.0.1:${port}/path?q=1`,
      status: 201,
      statusText: "Made",
      headers: { "content-type": "application/json", "x-a": "1, 2" },
      text: '{"a": "ü"}',
    });
    expect(response).not.toHaveProperty("bytes");
    expect(Object.keys((response as { readonly headers: object }).headers)).not.toContain("__proto__");
    expect(seen).toEqual([`GET 127.0.0.1:${port}/path?q=1`]);
  });

  test("sends methods, headers and bodies, and gives bytes where they are asked for", async () => {
    answer = async (request, response) => {
      response.end(
        Buffer.from(
          `${request.headers["x-key"]} ${request.headers["user-agent"]} ${await text(request)}\u00ff`,
          "latin1",
        ),
      );
    };
    const call = callerFor(["127.0.0.1"]);
    const init = { method: "post", headers: { "X-Key": "k" }, responseType: "bytes" };
    const bytes = async (body: unknown): Promise<string> => {
      const response = await call("fetch", `http://127.0.0.1:${port}/`, { ...init, body });
      return Buffer.from((response as { readonly bytes: Uint8Array }).bytes).toString("latin1");
    };
    expect(await bytes("text")).toBe("k vivarium-plugin-host text\u00ff");
    expect(await bytes(new Uint8Array([65, 66]))).toBe("k vivarium-plugin-host AB\u00ff");
    expect(seen[0]).toMatch(/^POST /);
  });

  test.each([
    [["a.test"], "http://b.test/"],
    [["a.test:81"], "http://a.test/"],
    [["*.a.test"], "http://a.test/"],
    [["a.test"], "http://a.test.b.test/"],
    [["a.test"], "http://a.test@b.test/"],
    [["a.test"], "http://127.0.0.1/"],
    [[], "http://a.test/"],
  ])("granted %j does not reach %s", async (hosts, url) => {
    const network = networkOf();
    await expect(callerFor(hosts, { network })("fetch", url)).rejects.toEqual(
      url.includes("@")
        ? coded("ERR_PLUGIN_ARGUMENT")
        : coded("ERR_PLUGIN_PERMISSION", "Its manifest does not grant the host"),
    );
    expect(network.requests).toEqual([]);
  });

  test("follows a server to where the manifest grants, and no further", async () => {
    answer = (request, response) => {
      const target =
        request.url === "/there" ? undefined : request.url === "/near" ? "/there" : `http://b.test:${port}/`;
      response
        .writeHead(target === undefined ? 200 : 302, target === undefined ? {} : { location: target })
        .end("there");
    };
    const call = callerFor(["a.test"], { allowPrivateAddresses: true });
    expect(await call("fetch", `http://a.test:${port}/near`)).toMatchObject({
      url: `http://a.test:${port}/there`,
      text: "there",
    });
    await expect(call("fetch", `http://a.test:${port}/far`)).rejects.toEqual(
      coded("ERR_PLUGIN_PERMISSION", '"b.test"'),
    );
    expect(seen.map((line) => line.replace(/.*\//, "/"))).toEqual(["/near", "/there", "/far"]);
  });

  const denied = coded("ERR_PLUGIN_PERMISSION", "Nobody may connect");

  test.each([["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["fd00::1"]])(
    "does not reach the private address %s by a name that is granted, or by any",
    async (address) => {
      const network = networkOf(address);
      await expect(callerFor(["a.test"], { network })("fetch", `http://a.test:${port}/`)).rejects.toEqual(denied);
      await expect(callerFor(["*"], { network })("fetch", `http://a.test:${port}/`)).rejects.toEqual(denied);
      const literal = address.includes(":") ? `[${address}]` : address;
      await expect(callerFor(["*"], { network })("fetch", `http://${literal}:${port}/`)).rejects.toEqual(denied);
      expect(seen).toEqual([]);
    },
  );

  test("reaches a private address that the manifest names, however it is spelt, or where the host says so", async () => {
    const url = `http://a.test:${port}/`;
    expect(await callerFor(["a.test", "127.0.0.1"])("fetch", url)).toMatchObject({ status: 200 });
    expect(await callerFor([`127.0.0.1:${port}`])("fetch", `http://0x7f.1:${port}/`)).toMatchObject({ status: 200 });
    expect(await callerFor(["a.test"], { allowPrivateAddresses: true })("fetch", url)).toMatchObject({ status: 200 });
    expect(await callerFor(["localhost"])("fetch", `http://localhost:${port}/`)).toMatchObject({ status: 200 });
    await expect(callerFor(["a.test", "127.0.0.1:1"])("fetch", url)).rejects.toEqual(denied);
    await expect(callerFor(["a.test", "10.0.0.1"])("fetch", url)).rejects.toEqual(denied);
    await expect(callerFor(["a.test", "localhost"])("fetch", url)).rejects.toEqual(denied);
    const network = networkOf("10.0.0.1");
    await expect(callerFor(["localhost"], { network })("fetch", `http://localhost:${port}/`)).rejects.toEqual(denied);
  });

  test("connects to what it has looked up, once", async () => {
    const addresses = ["127.0.0.1", "10.0.0.1"];
    let lookups = 0;
    const network = { ...networkOf(), lookup: () => [{ address: addresses[lookups++] ?? "", family: 4 as const }] };
    expect(await callerFor(["a.test", "127.0.0.1"], { network })("fetch", `http://a.test:${port}/`)).toMatchObject({
      text: "hello",
    });
    expect(lookups).toBe(1);
  });

  test.each<[args: readonly unknown[], code: string]>([
    [[], "ERR_PLUGIN_ARGUMENT"],
    [["not a URL"], "ERR_PLUGIN_ARGUMENT"],
    [["ftp://127.0.0.1/"], "ERR_PLUGIN_ARGUMENT"],
    [["file:///etc/passwd"], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { headers: { a: "b\r\nx: y" } }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { headers: { "a b": "c" } }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { method: "CONNECT" }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { method: "GET /x\r\n" }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { body: "x" }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { method: "POST", body: { a: 1 } }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { redirect: "manual" }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1/", { method: "POST", body: new Uint8Array(16 * 2 ** 20 + 1) }], "ERR_PLUGIN_ARGUMENT"],
    [["http://127.0.0.1:1/"], "ERR_REQUEST_NETWORK"],
  ])("fails with a code: %o", async (args, code) => {
    await expect(callerFor(["127.0.0.1"])("fetch", ...args)).rejects.toEqual(coded(code));
  });

  test("ends with what is too long, too late, or not waited for", async () => {
    const url = `http://127.0.0.1:${port}/`;
    answer = (_request, response) => response.end("x".repeat(1001));
    const limit = { code: "ERR_PLUGIN_LIMIT", limit: "result" };
    await expect(callerFor(["*", "127.0.0.1"], { maxResponseBytes: 1000 })("fetch", url)).rejects.toMatchObject(limit);
    answer = () => undefined;
    await expect(callerFor(["127.0.0.1"], { timeoutMs: 50 })("fetch", url)).rejects.toEqual(
      coded("ERR_PLUGIN_TIMEOUT", "50 ms"),
    );
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      answer = (request) => {
        request.socket.once("close", () => resolve());
        stop.abort();
      };
    });
    const manifest = manifestOf({ network: { hosts: ["127.0.0.1"] } });
    const call = callerOf(httpService({ network: networkOf() }), manifest, { signal: stop.signal });
    await expect(call("fetch", url)).rejects.toEqual(coded("ERR_PLUGIN_ABORTED"));
    await closed;
  });
});
