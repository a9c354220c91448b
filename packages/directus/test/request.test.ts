import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDefaultNetworkAdapter, type NetworkAdapter } from "vivarium";
import { hostUnderTest } from "./support/extension-host.ts";
import { manifestOf } from "./support/manifests.ts";

/** What the server has been asked, in order. */
const asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];

const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  "/json": (_request, response) => void response.setHeader("content-type", "application/json").end('{"a":[1]}'),
  "/text-json": (_request, response) => void response.setHeader("content-type", "text/plain").end('{"a":1}'),
  "/number": (_request, response) => void response.setHeader("content-type", "text/plain").end("42"),
  "/bad-json": (_request, response) => void response.setHeader("content-type", "application/json").end("{nope"),
  "/empty": (_request, response) => void response.writeHead(204).end(),
  "/binary": (_request, response) => void response.end(Buffer.from([0xff, 0x41])),
  "/gzip": (_request, response) => void response.setHeader("content-encoding", "gzip").end(gzipSync('"packed"')),
  "/cookies": (_request, response) =>
    void response
      .writeHead(
        200,
        [
          ["Set-Cookie", "a=1"],
          ["Set-Cookie", "b=2"],
          ["X-One", "1"],
        ].flat(),
      )
      .end(),
  "/404": (_request, response) =>
    void response.writeHead(404, { "content-type": "application/json" }).end('{"why":"gone"}'),
  "/500": (_request, response) => void response.writeHead(500).end("down"),
  "/inside": (_request, response) => void response.writeHead(302, { location: "/json" }).end(),
  "/outside": (_request, response) => void response.writeHead(302, { location: "/private/json" }).end(),
  "/elsewhere": (_request, response) =>
    void response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
  "/loop": (_request, response) => void response.writeHead(302, { location: "/loop" }).end(),
  "/large": (_request, response) => void response.end("x".repeat(100_000)),
  "/bomb": (_request, response) =>
    void response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(100_000))),
  "/silent": () => undefined,
  "/reset": (request) => void request.socket.destroy(),
};

const server = createServer((request, response) => {
  text(request).then(
    (body) => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, headers, body });
      const answer = answers[url.replace(/^\/(?:open|private)/, "").split("?")[0] ?? ""];
      if (answer === undefined) response.end(JSON.stringify({ method, url }));
      else answer(request, response);
    },
    () => undefined,
  );
});

let base = "";
let network: NetworkAdapter;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  network = createDefaultNetworkAdapter({ loopbackExemptPorts: [port] });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const it = hostUnderTest(() => ({
  network: { fetch: (request) => network.fetch?.(request) as never, lookup: (name) => network.lookup?.(name) as never },
  limits: { requestTimeoutMs: 1000, maxResponseBytes: 50_000 },
}));
const methods = ["GET", "POST", "PATCH", "PUT", "DELETE"];
const open = (): object => ({ request: { urls: [`${base}/*`], methods } });
const requesting = (args: string, scopes: object = open()): Promise<unknown> =>
  it.operate(`(base) => request(${args})`, scopes, base);
const last = (): (typeof asked)[number] => asked.at(-1) as (typeof asked)[number];
/** Class and message of what it throws. */
const refusedWith = async (args: string, scopes: object = open()): Promise<unknown> =>
  it.operate(
    `(base) => request(${args}).then(() => "answered", (error) => [error instanceof TypeError ? "TypeError" : "Error", error.message])`,
    scopes,
    base,
  );

describe("request", () => {
  test.each(["1", "null", "undefined", `new String("x")`, ""])(
    "R01: refuses the URL %s, with a scope or without",
    async (url) => {
      const refused = ["TypeError", "Request url has to be of type string"];
      expect(await refusedWith(url)).toEqual(refused);
      expect(await refusedWith(url, {})).toEqual(refused);
    },
  );

  test.each(["null", "1", `"GET"`, "() => 1"])("R02: refuses the options %s", async (options) => {
    expect(await refusedWith(`base, ${options}`, {})).toEqual([
      "TypeError",
      "Request options has to be of type object",
    ]);
  });

  test.each(["", ", undefined", ", {}", ", []"])("R03: gets where nothing else is said: %s", async (options) => {
    expect(await requesting(`base + "/x"${options}`)).toMatchObject({ data: { method: "GET", url: "/x" } });
  });

  test("R04, R05: needs its scope, and a pattern for the URL", async () => {
    expect(await refusedWith("base", {})).toEqual(["Error", 'No permission to access "request"']);
    expect(await refusedWith(`"https://b.io/x"`)).toEqual(["Error", 'No permission to request "https://b.io/x"']);
    expect(await refusedWith(`base + "/x"`, { request: { urls: [], methods } })).toEqual([
      "Error",
      `No permission to request "${base}/x"`,
    ]);
  });

  test("R06: checks in the order in which Directus does", async () => {
    const get = (): object => ({ request: { urls: [`${base}/*`], methods: ["GET"] } });
    expect(await refusedWith(`"https://b.io/", { method: 1 }`)).toEqual([
      "Error",
      'No permission to request "https://b.io/"',
    ]);
    expect(await refusedWith(`base + "/", { method: "POST", headers: 1 }`, get())).toEqual([
      "TypeError",
      "Request headers has to be of type object",
    ]);
    expect(await refusedWith(`base + "/", { method: 1, body: 1, headers: 1 }`, get())).toEqual([
      "TypeError",
      "Request method has to be of type string",
    ]);
    expect(await refusedWith(`base + "/", { body: 1, headers: 1 }`, get())).toEqual([
      "TypeError",
      "Request body has to be of type string or object",
    ]);
  });

  test("R07, R08: has the methods that are granted, as they are written", async () => {
    for (const method of ["null", "1"])
      expect(await refusedWith(`base + "/", { method: ${method} }`)).toEqual([
        "TypeError",
        "Request method has to be of type string",
      ]);
    for (const method of ["get", "HEAD", "OPTIONS", ""])
      expect(await refusedWith(`base + "/", { method: "${method}" }`)).toEqual([
        "Error",
        `No permission to use request method "${method}"`,
      ]);
    const post = { request: { urls: [`${base}/*`], methods: ["POST"] } };
    expect(await refusedWith(`base + "/"`, post)).toEqual(["Error", 'No permission to use request method "GET"']);
  });

  test("R09: refuses bodies and headers of other types", async () => {
    for (const body of ["null", "1", "true", "() => 1"])
      expect(await refusedWith(`base + "/", { body: ${body} }`)).toEqual([
        "TypeError",
        "Request body has to be of type string or object",
      ]);
    for (const headers of ["null", `"x"`, "1"])
      expect(await refusedWith(`base + "/", { headers: ${headers} }`)).toEqual([
        "TypeError",
        "Request headers has to be of type object",
      ]);
  });

  test("R10: reads nothing but its own data", async () => {
    expect(await refusedWith(`base + "/", { get method() { return "POST"; } }`)).toEqual([
      "TypeError",
      "Property is getter",
    ]);
    expect(await requesting(`base + "/x", Object.create({ method: "POST" })`)).toMatchObject({
      data: { method: "GET" },
    });
  });

  test("R17: follows no redirect to where it may not go itself; as Directus does, where that is wanted", async () => {
    const some = (): object => ({ request: { urls: [`${base}/open/*`], methods } });
    const args = `base + "/open/outside"`;
    expect(await refusedWith(args, some())).toEqual(["Error", `No permission to request "${base}/private/json"`]);
    expect(last().url).toBe("/open/outside");
    const strict = it.with({ compat: "strict-directus" });
    const code = `import { request } from "directus:api"; export default { id: "it", handler: (base) => request(${args}) };`;
    await strict.loadPackage({ manifest: manifestOf("operation", some()), code });
    expect(await strict.operations.run("it", base)).toMatchObject({ data: { a: [1] } });
  });

  test("R16: requests no path that steps out of the pattern's, but as Directus does where that is wanted", async () => {
    const some = (): object => ({ request: { urls: [`${base}/open/*`], methods } });
    const code = `import { request } from "directus:api"; export default { id: "it", handler: (url) => request(url).catch((error) => error.message) };`;
    const strict = it.with({ compat: "strict-directus" });
    for (const host of [it.host, strict]) await host.loadPackage({ manifest: manifestOf("operation", some()), code });
    for (const url of [`${base}/open/../private/x`, `${base}/open/%2e%2e/private/x`]) {
      expect(await it.host.operations.run("it", url)).toBe(`No permission to request "${url}"`);
      expect(await strict.operations.run("it", url)).toMatchObject({ data: { url: "/private/x" } });
    }
  });

  test("R21: has no data: URLs, but as Directus does where that is wanted", async () => {
    const anywhere = { request: { urls: ["*"], methods } };
    const url = "data:application/json,%7B%22a%22%3A1%7D";
    expect(await refusedWith(JSON.stringify(url), anywhere)).toEqual(["Error", `No permission to request "${url}"`]);
    const strict = it.with({ compat: "strict-directus" });
    const code = `import { request } from "directus:api"; export default { id: "it", handler: (url) => request(url).catch((error) => error.message) };`;
    await strict.loadPackage({ manifest: manifestOf("operation", anywhere), code });
    expect(await strict.operations.run("it", url)).toMatchObject({ status: 200, data: { a: 1 } });
    expect(await strict.operations.run("it", "data:,")).toMatchObject({ data: "" });
    expect(await strict.operations.run("it", "data:nothing")).toBe("Invalid URL");
    await strict.loadPackage({ manifest: manifestOf("operation", open()), code });
    expect(await strict.operations.run("it", url)).toBe(`No permission to request "${url}"`);
  });

  test("R18: follows redirects within its scope, so many and no more", async () => {
    expect(await requesting(`base + "/inside"`)).toMatchObject({ status: 200, data: { a: [1] } });
    expect(await refusedWith(`base + "/loop"`)).toEqual(["Error", "Maximum number of redirects exceeded"]);
  });

  test.each([
    "http://127.0.0.1:1/",
    "http://169.254.169.254/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://localhost/",
  ])("R19: does not reach the inside of the host's network: %s", async (url) => {
    const anywhere = { request: { urls: ["*"], methods } };
    const { hostname } = new URL(url);
    expect(await refusedWith(JSON.stringify(url), anywhere)).toEqual([
      "Error",
      `Requested domain "${hostname}" resolves to a denied IP address`,
    ]);
  });

  test("R19: reaches no private address of any form, nor one of the host's own", async () => {
    const code = `import { request } from "directus:api"; export default { id: "it", handler: (url) => request(url).catch((error) => error.message) };`;
    await it.host.loadPackage({ manifest: manifestOf("operation", { request: { urls: ["*"], methods } }), code });
    const own = Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address));
    const addresses = [
      "172.16.0.1",
      "192.168.1.1",
      "100.64.0.1",
      "fc00::1",
      "fe80::1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
    ];
    for (const address of [...addresses, ...own]) {
      const host = isIPv6(address) ? `[${address}]` : address;
      const { hostname } = new URL(`http://${host}/`);
      expect(await it.host.operations.run("it", `http://${host}:1/`)).toBe(
        `Requested domain "${hostname}" resolves to a denied IP address`,
      );
    }
  });

  test("R19: connects to what it has checked, and asks for a name once", async () => {
    const seen: unknown[] = [];
    const rebinding: NetworkAdapter = {
      lookup: () => {
        seen.push("lookup");
        return [{ address: seen.length === 1 ? "93.184.215.14" : "127.0.0.1", family: 4 }];
      },
      fetch: ({ addresses }) => {
        seen.push(addresses);
        return { status: 200, statusText: "OK", headers: [], body: (async function* () {})() };
      },
    };
    const host = it.with({ network: rebinding });
    const code = `import { request } from "directus:api"; export default { id: "it", handler: () => request("http://re.bind/") };`;
    await host.loadPackage({
      manifest: manifestOf("operation", { request: { urls: ["http://re.bind/*"], methods } }),
      code,
    });
    await host.operations.run("it", {});
    expect(seen).toEqual(["lookup", [{ address: "93.184.215.14", family: 4, isNamed: false }]]);
  });

  test("R19: is not sent on to the inside either", async () => {
    const anywhere = { request: { urls: [`${base}/*`, "http://*"], methods } };
    expect(await refusedWith(`base + "/elsewhere"`, anywhere)).toEqual([
      "Error",
      'Requested domain "169.254.169.254" resolves to a denied IP address',
    ]);
  });

  test.each(["ftp://a.io/", "blob:http://a.io/x", "file:///etc/passwd", "/relative", "", "data:text/plain,x"])(
    "R20, R21: refuses %j under any pattern",
    async (url) => {
      expect(
        await refusedWith(JSON.stringify(url), {
          request: { urls: ["*", "file*", "ftp*", "data*", "blob*", "/*"], methods },
        }),
      ).toEqual(["Error", expect.any(String)]);
    },
  );

  test("R22 to R25: sends JSON, text, forms and bytes", async () => {
    const post = async (options: string): Promise<unknown> => {
      await requesting(`base + "/x", { method: "POST", ${options} }`);
      return [last().headers["content-type"], last().body];
    };
    const form = "application/x-www-form-urlencoded";
    expect(await post(`body: { a: 1, b: undefined, c: new Date(0), d: new Map([[1, 2]]) }`)).toEqual([
      "application/json",
      '{"a":1,"c":"1970-01-01T00:00:00.000Z","d":{}}',
    ]);
    expect(await post("body: [1, 2]")).toEqual(["application/json", "[1,2]"]);
    expect(await post(`body: "as it is"`)).toEqual([form, "as it is"]);
    expect(await post(`body: "<x/>", headers: { "Content-Type": "text/xml" }`)).toEqual(["text/xml", "<x/>"]);
    expect(await post(`body: { a: 1, b: "x y" }, headers: { "content-type": "${form}" }`)).toEqual([form, "a=1&b=x+y"]);
    expect(await post("body: new Uint8Array([65, 66])")).toEqual([form, "AB"]);
  });

  test("R26: refuses what cannot be copied, or be JSON", async () => {
    expect(await refusedWith(`base + "/x", { method: "POST", body: { f() {} } }`)).toEqual([
      "TypeError",
      expect.stringContaining("could not be cloned"),
    ]);
    expect(
      await refusedWith(`base + "/x", { method: "POST", body: (() => { const a = {}; a.a = a; return a; })() }`),
    ).toEqual(["TypeError", expect.stringContaining("circular")]);
  });

  test("R27: sends bodies with GET and DELETE", async () => {
    for (const method of ["GET", "DELETE"]) {
      await requesting(`base + "/x", { method: "${method}", body: { a: 1 } }`);
      expect([last().method, last().body]).toEqual([method, '{"a":1}']);
    }
  });

  test("R28: sends the headers that can be, and no others", async () => {
    await requesting(
      `base + "/x", { headers: { "X-Number": 1, "x-flag": true, "x-list": [1, 2], "x-none": undefined, "x-null": null, "x-cut": "a\\r\\nx-injected: 1", host: "evil" } }`,
    );
    expect(last().headers).toMatchObject({
      "x-number": "1",
      "x-flag": "true",
      "x-list": "1, 2",
      "x-cut": "ax-injected: 1",
      host: new URL(base).host,
    });
    expect(Object.keys(last().headers)).not.toEqual(expect.arrayContaining(["x-none"]));
    expect(Object.keys(last().headers)).not.toEqual(expect.arrayContaining(["x-injected"]));
    await requesting(`base + "/x", { headers: [["x-pair", "1"]] }`);
    expect(last().headers).toMatchObject({ "x-pair": "1", accept: "application/json, text/plain, */*" });
    expect(await refusedWith(`base + "/x", { headers: { "bad name": "1" } }`)).toEqual([
      "TypeError",
      expect.stringContaining("valid HTTP token"),
    ]);
  });

  test.each([
    ["/json", { a: [1] }],
    ["/text-json", { a: 1 }],
    ["/number", 42],
    ["/bad-json", "{nope"],
    ["/empty", ""],
    ["/binary", "\ufffdA"],
    ["/gzip", "packed"],
  ])("R29: reads %s", async (path, data) => {
    expect(await requesting(`base + "${path}"`)).toMatchObject({ data });
  });

  test("R29: reads bytes, where they are wanted, but none of a failure", async () => {
    const asBytes = `{ responseType: "bytes" }`;
    const bytes = (await requesting(`base + "/binary", ${asBytes}`)) as { data: Uint8Array };
    expect(bytes.data).toEqual(new Uint8Array([0xff, 0x41]));
    expect(await requesting(`base + "/number", { responseType: "arraybuffer" }`)).toMatchObject({ data: 42 });
    const failed = await it.operate(
      `(base) => request(base + "/404", ${asBytes}).catch((e) => JSON.parse(e.response).data)`,
      open(),
      base,
    );
    expect(failed).toEqual({ why: "gone" });
  });

  test("R30: tells headers by lower-case names, and cookies one by one", async () => {
    expect(await requesting(`base + "/cookies"`)).toMatchObject({
      status: 200,
      statusText: "OK",
      headers: { "set-cookie": ["a=1", "b=2"], "x-one": "1" },
    });
  });

  test.each([404, 500])("R31, R34: fails with the status %d", async (status) => {
    expect(await refusedWith(`base + "/${status}"`)).toEqual(["Error", `Request failed with status code ${status}`]);
    expect(await it.thrownBy(`(base) => request(base + "/${status}")`, open(), base)).toMatchObject({
      message: `Request failed with status code ${status}`,
    });
  });

  test("R32: tells what extensions in the wild read of a failure", async () => {
    const told = (await it.operate(
      `(base) => request(base + "/404", { headers: { authorization: "secret" } }).catch((e) => [e instanceof Error, e.name, e.status, e.code, JSON.parse(e.response), Object.keys(e), JSON.stringify(e)])`,
      open(),
      base,
    )) as unknown[];
    expect(told.slice(0, 4)).toEqual([true, "AxiosError", 404, "ERR_BAD_REQUEST"]);
    expect(told[4]).toMatchObject({
      status: 404,
      statusText: "Not Found",
      data: { why: "gone" },
      headers: { "content-type": "application/json" },
    });
    expect(told[5]).toEqual(["message", "name", "code", "status", "response"]);
    expect(told[6]).toContain('"message":"Request failed with status code 404"');
    expect(told[6]).not.toContain("secret");
  });

  test("R33: fails as Node does where there is nobody", async () => {
    const nowhere: NetworkAdapter = { lookup: () => [], fetch: () => Promise.reject(new Error("unreachable")) };
    const host = it.with({ network: nowhere });
    const code = `import { request } from "directus:api"; export default { id: "it", handler: () => request("http://no.where/").catch((e) => [e.message, e.code]) };`;
    await host.loadPackage({
      manifest: manifestOf("operation", { request: { urls: ["http://no.where/*"], methods } }),
      code,
    });
    expect(await host.operations.run("it", {})).toEqual(["getaddrinfo ENOTFOUND no.where", "ENOTFOUND"]);
    const told = (url: string): string => `(base) => request(${url}).catch((e) => [e.message, e.code])`;
    expect(await it.operate(told(`base + "/reset"`), open(), base)).toEqual(["socket hang up", "ECONNRESET"]);
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refusing = it.with({ network: createDefaultNetworkAdapter({ loopbackExemptPorts: [port] }) });
    const url = `http://127.0.0.1:${port}/`;
    await refusing.loadPackage({
      manifest: manifestOf("operation", { request: { urls: [url], methods } }),
      code: `import { request } from "directus:api"; export default { id: "it", handler: ${told(JSON.stringify(url))} };`,
    });
    expect(await refusing.operations.run("it", {})).toEqual([`connect ECONNREFUSED 127.0.0.1:${port}`, "ECONNREFUSED"]);
  });

  test("R35: takes no more than so many bytes, and waits no longer than so long", async () => {
    for (const path of ["/large", "/bomb"])
      expect(await refusedWith(`base + "${path}"`)).toEqual(["Error", "maxContentLength size of 50000 exceeded"]);
    expect(await refusedWith(`base + "/silent"`)).toEqual(["Error", "timeout of 1000ms exceeded"]);
  });
});
