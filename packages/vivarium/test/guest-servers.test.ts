import { describe, expect, it } from "vitest";
import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Guest,
  type NetworkError,
  NodeRuntime,
  type Permissions,
} from "../src/index.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

const server = `
  const http = require("node:http");
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { method, url, headers } = request;
    if (url === "/redirect") return response.writeHead(302, { location: "/elsewhere" }).end();
    if (url === "/none") return response.writeHead(204).end();
    if (url === "/cut") return response.write("half", () => response.destroy());
    if (url === "/long") return response.end("x".repeat(200_000));
    if (url === "/never") return;
    response.writeHead(201, { "set-cookie": ["a=1", "b=2"], "x-host": headers.host });
    response.end(JSON.stringify([method, url, body]));
  });
  const listening = new Promise((resolve, reject) => server.on("error", reject).listen(3000, resolve));`;

const stays = `${server}\nexports.ready = () => listening;`;

/** Answers what Node's own server would not. */
const lies = `
  const answers = {
    "/700": "HTTP/1.1 700 X\\r\\nContent-Length: 300\\r\\n\\r\\nabc",
    "/phrase": "HTTP/1.1 200 \\u20ac\\r\\nContent-Length: 0\\r\\n\\r\\n",
    "/endless": "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nx\\r\\n",
    "/endless205": "HTTP/1.1 205 X\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
  };
  const left = Promise.withResolvers();
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => undefined).on("data", (bytes) => {
      const path = String(bytes).split(" ")[1];
      socket.write(answers[path]);
      if (path !== "/endless205") return;
      const more = setInterval(() => socket.write("2000\\r\\n" + "x".repeat(8192) + "\\r\\n"), 5);
      socket.on("close", () => left.resolve(clearInterval(more)));
    });
  });
  exports.ready = () => new Promise((resolve) => server.listen(3000, resolve));
  exports.left = () => left.promise;`;

function createRuntime(cells: CellKind, permissions: Permissions = allowAll): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    memoryLimit: 128,
    resultLimitBytes: 100_000,
    onStdio: () => undefined,
  });
}

const codeOf = (error: unknown): unknown => Object(Object(error).cause).code;

describe.each(sampledKinds)("a server of a guest in a cell of kind %s", (cells) => {
  it("answers its host", { timeout: 30_000 }, async () => {
    await using runtime = createRuntime(cells);
    const guest = await runtime.load<{ ready(): Promise<void> }>(stays, "/server.cjs");
    await guest.call("ready");
    const response = await runtime.network.fetch("http://any.name:3000/path?q=1", { method: "POST", body: "a body" });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-host")).toBe("any.name:3000");
    expect(await response.json()).toEqual(["POST", "/path?q=1", "a body"]);
    const none = await runtime.network.fetch("http://localhost:3000/none");
    expect([none.status, none.body]).toEqual([204, null]);
    const redirect = await runtime.network.fetch("http://localhost:3000/redirect");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/elsewhere"]);
  });

  it("can do no more than fail", { timeout: 30_000 }, async () => {
    await using runtime = createRuntime(cells);
    const guest = await runtime.load<{ ready(): Promise<void> }>(stays, "/server.cjs");
    await guest.call("ready");
    const cut = await runtime.network.fetch("http://localhost:3000/cut");
    await expect(cut.text()).rejects.toThrow();
    const long = await runtime.network.fetch("http://localhost:3000/long");
    await expect(long.text()).rejects.toMatchObject({ code: "EMSGSIZE" });
    const signal = AbortSignal.timeout(100);
    await expect(runtime.network.fetch("http://localhost:3000/never", { signal })).rejects.toThrow("aborted");
    await expect(runtime.network.fetch("http://localhost:3001/")).rejects.toSatisfy(
      (e) => codeOf(e) === "ECONNREFUSED",
    );
    await expect(runtime.network.fetch("https://localhost:3000/")).rejects.toBeInstanceOf(TypeError);
    const pending = runtime.network.fetch("http://localhost:3000/never").catch((error: unknown) => error);
    await guest.dispose();
    expect(await pending).toBeInstanceOf(TypeError);
    await expect(runtime.network.fetch("http://localhost:3000/")).rejects.toSatisfy(
      (e) => codeOf(e) === "ECONNREFUSED",
    );
    await runtime.dispose();
    await expect(runtime.network.fetch("http://localhost:3000/")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  it("cannot end its host by what it answers, nor keep its connections", { timeout: 30_000 }, async () => {
    await using runtime = createRuntime(cells);
    const guest = await runtime.load<{ ready(): Promise<void>; left(): Promise<void> }>(lies, "/lies.cjs");
    await guest.call("ready");
    const ask = (path: string): Promise<Response> => runtime.network.fetch(`http://localhost:3000${path}`);
    const faults: unknown[] = [];
    const listener = (error: unknown): void => void faults.push(error);
    process.on("uncaughtException", listener);
    try {
      await expect(ask("/700")).rejects.toSatisfy((error) => codeOf(error) === "EPROTO");
      expect((await ask("/phrase")).statusText).toBe("");
      const unread = await ask("/endless");
      await unread.body?.cancel();
      expect((await ask("/endless205")).status).toBe(205);
      await guest.call("left");
    } finally {
      process.off("uncaughtException", listener);
    }
    expect(faults).toEqual([]);
  });

  it("has a budget for each request, and is asked by itself where others listen, too", {
    timeout: 30_000,
  }, async () => {
    await using runtime = createRuntime(cells);
    const program = `
      const http = require("node:http"), name = process.argv[2] ?? "first";
      const burn = (ms) => { for (const end = process.cpuUsage().user + ms * 1000; process.cpuUsage().user < end; ); };
      const server = http.createServer(async (request, response) => {
        if (request.url === "/slow") return setTimeout(() => response.end(), 5_000);
        if (request.url === "/greedy") for (;;) { burn(20); await new Promise((resolve) => setTimeout(resolve, 1)); }
        burn(60);
        response.end(name);
      });
      const listening = new Promise((resolve) => server.listen(3000, resolve));
      exports.ready = () => listening;`;
    const load = (argv: string[]): Promise<Guest<{ ready(): Promise<void> }>> =>
      runtime.load(program, { filePath: "/server.cjs", cpuTimeLimitMs: 250, argv });
    const first = await load([]);
    const second = await load(["second"]);
    for (const guest of [first, second]) await guest.call("ready", [], { cpuTimeLimitMs: 2_000 });
    // All of it is more than a guest may use between calls.
    for (let count = 0; count < 12; count += 1)
      expect(await (await first.fetch("http://a.test:3000/")).text()).toBe("first");
    expect(await (await second.fetch("http://a.test:3000/")).text()).toBe("second");
    const reasonOf = (answer: Promise<Response>): Promise<string> =>
      answer.then(String, ({ cause }: { cause: NetworkError }) => `${cause.code} ${cause.reason}`);
    const greedy = second.fetch("http://a.test:3000/greedy", { cpuTimeLimitMs: 100 });
    expect(await reasonOf(greedy)).toBe("ETIMEDOUT the guest has used more than 100 ms of CPU time for it");
    const slow = runtime.network.fetch("http://a.test:3000/slow", { timeoutMs: 50 });
    expect(await reasonOf(slow)).toBe("ETIMEDOUT the request has taken longer than 50 ms");
    await expect(first.fetch("http://a.test:3000/", { timeoutMs: 0 })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
    });
    expect(first.status()).toMatchObject({ state: "running", activeCalls: 0 });
    await first.dispose();
    await expect(first.fetch("http://a.test:3000/")).rejects.toSatisfy((e) => codeOf(e) === "ECONNREFUSED");
  });

  it("is reached while its run is under way, and by nobody who may not listen", { timeout: 30_000 }, async () => {
    await using runtime = createRuntime(cells);
    const printed: string[] = [];
    const held = "setTimeout(() => console.log('an idle connection holds the server'), 3_000).unref()";
    const run = runtime.exec(`${server}\nserver.on("request", () => { server.close(); ${held}; });`, {
      onStdio: ({ message }) => void printed.push(message),
    });
    let response: Response | undefined;
    while (response === undefined) {
      response = await runtime.network.fetch("http://localhost:3000/").catch(() => undefined);
      if (response === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect([response.status, (await response.text()).length]).toEqual([201, 14]);
    expect((await run).code).toBe(0);
    expect(printed.join("")).toBe("");
    await using denied = createRuntime(cells, {});
    const result = await denied.exec(`require("node:net").createServer().listen(3000)`);
    expect(result.errorMessage).toContain("listen EACCES");
  });
});
