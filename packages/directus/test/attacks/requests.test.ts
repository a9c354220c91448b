import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDefaultNetworkAdapter, type NetworkAdapter } from "vivarium";
import { readManifest } from "../../src/index.ts";
import { matchesGlob } from "../../src/scopes/glob.ts";
import { partedPattern } from "../../src/scopes/url-pattern.ts";
import { hostUnderTest } from "../support/extension-host.ts";
import { extensionOf, manifestOf, packageOf } from "../support/manifests.ts";

const packed = gzipSync("x".repeat(100_000));
const head = (encoding: string, length: number): string =>
  `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${length}\r\n\r\n`;

/** What a hostile server says to a path, as bytes. */
const answers: Readonly<Record<string, () => readonly (string | Uint8Array)[]>> = {
  "/cut": () => [head("gzip", 40), packed.subarray(0, 40)],
  "/broken": () => [head("gzip", 12), "no gzip here"],
  "/constructor": () => [head("constructor", 2), "hi"],
  "/__proto__": () => [head("__proto__", 2), "hi"],
  "/see-other": () => ["HTTP/1.1 303 See Other\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n"],
  "/elsewhere": () => [`HTTP/1.1 307 There\r\nlocation: ${other}/x\r\ncontent-length: 0\r\n\r\n`],
};

/** Answers with what it was asked, as JSON, where it has nothing worse to say. */
function serve(): Server {
  return createServer((socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      const asked = bytes.toString("latin1");
      const answer = answers[asked.split(" ")[1] ?? ""]?.();
      const echo = JSON.stringify(asked);
      for (const piece of answer ?? [`HTTP/1.1 200 OK\r\ncontent-length: ${echo.length}\r\n\r\n${echo}`])
        socket.write(piece);
      socket.end();
    });
  });
}

const servers = [serve(), serve()] as const;
let base = "";
let other = "";
let network: NetworkAdapter;
beforeAll(async () => {
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    }),
  );
  [base = "", other = ""] = ports.map((port) => `http://127.0.0.1:${port}`);
  network = createDefaultNetworkAdapter({ loopbackExemptPorts: ports });
});
afterAll(() => {
  for (const server of servers) server.close();
});

const it = hostUnderTest(() => ({
  network: { fetch: (request) => network.fetch?.(request) as never, lookup: (name) => network.lookup?.(name) as never },
  limits: { requestTimeoutMs: 2000, maxResponseBytes: 100_000 },
}));
const scope = (methods: readonly string[] = ["GET", "POST"]): object => ({
  request: { urls: [`${base}/*`, `${other}/*`], methods },
});
/** Message and code of what a request fails with, or its data. */
const asking = (args: string, scopes: object = scope()): Promise<unknown> =>
  it.operate(
    `(base) => { let twice = "x".repeat(10); for (let level = 0; level < 40; level += 1) twice = [twice, twice];
      return request(${args}).then(({ data }) => data, ({ message, code, name }) => [name, code, message]); }`,
    scopes,
    base,
  );

describe("a server that answers badly", () => {
  test("does not end the host by content that is cut off: the request fails", async () => {
    const escaped: unknown[] = [];
    const listener = (error: unknown): void => void escaped.push(error);
    process.prependListener("uncaughtExceptionMonitor", listener);
    expect(await asking(`base + "/cut"`)).toEqual(["AxiosError", "Z_BUF_ERROR", "unexpected end of file"]);
    expect(await asking(`base + "/broken"`)).toEqual(["AxiosError", "Z_DATA_ERROR", "incorrect header check"]);
    process.off("uncaughtExceptionMonitor", listener);
    expect(escaped).toEqual([]);
  });

  test.each(["constructor", "__proto__"])("finds no way to unpack in what objects inherit: %s", async (encoding) => {
    expect(await asking(`base + "/${encoding}"`)).toBe("hi");
  });

  test("cannot have a method requested that the scope does not grant", async () => {
    expect(await asking(`base + "/see-other", { method: "POST", body: "x" }`)).toMatch(/^GET \/x/);
    expect(await asking(`base + "/see-other", { method: "POST", body: "x" }`, scope(["POST"]))).toEqual([
      "Error",
      undefined,
      'No permission to use request method "GET"',
    ]);
  });

  test("gets no credentials that were meant for another", async () => {
    const seen = await asking(
      `base + "/elsewhere", { method: "POST", body: "text", headers: { authorization: "a", cookie: "b", "proxy-authorization": "c", "x-other": "d" } }`,
    );
    expect(seen).toMatch(/^POST \/x.*x-other: d.*text$/s);
    expect(seen).not.toMatch(/^(?:authorization|cookie|proxy-authorization):/m);
  });

  test("keeps no request waiting by a name that nobody looks up", async () => {
    const host = it.with({ network: { lookup: () => new Promise(() => undefined), fetch: () => Promise.reject() } });
    await host.loadPackage({
      manifest: manifestOf("operation", { request: { urls: ["http://slow.io/*"], methods: ["GET"] } }),
      code: `import { request } from "directus:api"; export default { id: "it", handler: () => request("http://slow.io/").catch((e) => e.code) };`,
    });
    expect(await host.operations.run("it", {})).toBe("ECONNABORTED");
  });

  test("does not fill the host by many answers at once", async () => {
    const fetch: NetworkAdapter["fetch"] = () => ({
      status: 200,
      statusText: "OK",
      headers: [],
      body: (async function* () {
        yield new Uint8Array(90_000);
        await new Promise((resolve) => setTimeout(resolve, 300));
      })(),
    });
    const host = it.with({ network: { fetch } });
    await host.loadPackage({
      manifest: manifestOf("operation", { request: { urls: ["http://a.io/*"], methods: ["GET"] } }),
      code: `import { request } from "directus:api"; const one = () => request("http://a.io/x").then(() => "ok", (e) => e.message);
        export default { id: "it", handler: async () => [await Promise.all(Array.from({ length: 6 }, one)), await one()] };`,
    });
    const [together, afterwards] = (await host.operations.run("it", {})) as [string[], string];
    expect(together.filter((text) => text === "ok")).toHaveLength(4);
    expect(together.filter((text) => text.includes("too long together"))).toHaveLength(2);
    expect(afterwards).toBe("ok");
  });
});

describe("an extension that asks badly", () => {
  test.each([
    ["a body that holds itself over and over", `{ method: "POST", body: twice }`],
    [
      "a form of it",
      `{ method: "POST", body: { twice }, headers: { "content-type": "application/x-www-form-urlencoded" } }`,
    ],
    ["a header of it", `{ method: "POST", headers: { twice } }`],
  ])("does not stall the host by %s", async (_what, options) => {
    expect(await asking(`base + "/x", ${options}`)).toEqual([
      "TypeError",
      undefined,
      "It is too long to be written out",
    ]);
  });

  test("does not stall the host by a URL that nearly matches", async () => {
    const near = { request: { urls: [`http://*${"a".repeat(1000)}b*`], methods: ["GET"] } };
    expect(await asking(`"http://" + "a".repeat(1e6)`, near)).toEqual([
      "TypeError",
      undefined,
      "Request url is too long",
    ]);
  });

  test("has a pattern compared in time that grows with the sum of the lengths", () => {
    const text = "a".repeat(2_000_000);
    expect(matchesGlob(`*${"a".repeat(1_000_000)}b*`, text)).toBe(false);
    expect(matchesGlob("*a".repeat(100_000), text)).toBe(true);
  });
});

test("what a response is as JSON is the extension's own to bear, not the host's", async () => {
  const network: NetworkAdapter = {
    fetch: () => ({
      status: 200,
      statusText: "OK",
      headers: [],
      body: (async function* () {
        yield new TextEncoder().encode(`[${"[".repeat(20_000)}${"]".repeat(20_000)}]`);
      })(),
    }),
  };
  const host = it.with({ network });
  await host.loadPackage({
    manifest: manifestOf("operation", { request: { urls: ["http://a.io/*"], methods: ["GET"] } }),
    code: `import { request } from "directus:api"; JSON.parse = () => "mine"; export default { id: "it", handler: async () => {
      let { data } = await request("http://a.io/"); let depth = 0; for (; Array.isArray(data); data = data[0]) depth += 1; return depth; } };`,
  });
  expect(await host.operations.run("it", {})).toBe(20_001);
});

test.each([
  "..;/b",
  "..;x=1/b",
  "%2e%2e;/b",
  "..%00/b",
  "..%2fb",
  "..%252fb",
  "%252e%252e%252fb",
  "%25252e%25252e/b",
  "a%5c..",
])("a pattern of a path is not left by what a server may take for a step up: %s", (path) => {
  expect(partedPattern("https://a.io/x/*")(`https://a.io/x/${path}`)).toBe(false);
});

test.each(["a..b/c", "..a/b", "a%2fb", "...", "v1..v2", "%25", "100%"])(
  "a pattern of a path has others: %s",
  (path) => {
    expect(partedPattern("https://a.io/x/*")(`https://a.io/x/${path}`)).toBe(true);
  },
);

test.each(["../x", "..", "a b", "/", "a\x1b[2J", "a\n", "@a/../b", "x".repeat(215)])(
  "a package is not called %j",
  (name) => {
    expect(() => readManifest(packageOf(extensionOf("hook"), { name }))).toThrow(/a name as packages have it|Too big/);
  },
);

test("a scope is not granted by what its manifest says of prototypes", () => {
  const scopes = JSON.parse('{"__proto__":{"log":{},"request":{"urls":["*"],"methods":["GET"]}}}') as object;
  expect(manifestOf("hook", scopes).scopes).toMatchObject({ log: false, sleep: false, request: undefined });
});
