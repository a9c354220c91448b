import { afterAll, expect, test } from "vitest";
import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../../src/index.ts";

const filesystem = createInMemoryFileSystem();
const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem, permissions: allowAll }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});
afterAll(() => runtime.dispose());

/** What a program exports that has `child.js` beside it. */
async function exportsOf(program: string, child: string): Promise<unknown> {
  filesystem.writeFile("/child.js", child);
  filesystem.writeFile("/main.mjs", program);
  const { exports, errorMessage } = await runtime.run(program, "/main.mjs");
  return errorMessage ?? exports;
}

const preparing = `
  import { fork } from "node:child_process";
  import { once } from "node:events";
  import net from "node:net";
  import { text } from "node:stream/consumers";
  const listening = async (server, port = 0) => { server.listen(port); await once(server, "listening"); return server.address().port; };
  const read = (port) => text(net.connect(port));
`;

test("The workers of a cluster share the port of one server", async () => {
  const program = `const cluster = require("node:cluster"); const http = require("node:http");
    if (cluster.isWorker) {
      http.createServer((request, response) => response.end(cluster.worker.id + request.url)).listen(8080);
    } else (async () => {
      const { once } = require("node:events");
      const workers = [cluster.fork(), cluster.fork()];
      await Promise.all(workers.map((worker) => once(worker, "listening")));
      const answers = [];
      for (const path of ["/a", "/b", "/c", "/d"]) {
        const response = await fetch("http://localhost:8080" + path, { headers: { connection: "close" } });
        answers.push(await response.text());
      }
      console.log(answers.sort().join());
      await new Promise((resolve) => cluster.disconnect(resolve));
    })();`;
  filesystem.writeFile("/cluster.js", program);
  const lines: string[] = [];
  const { code } = await runtime.exec(program, {
    filePath: "/cluster.js",
    onStdio: ({ message }) => void lines.push(message),
  });
  const seen = lines.join("").trim().split(",");
  expect(code).toBe(0);
  expect(seen.map((answer) => answer.slice(1)).sort()).toEqual(["/a", "/b", "/c", "/d"]);
  expect(new Set(seen.map(([worker]) => worker))).toEqual(new Set(["1", "2"]));
});

test("A socket that is sent to a child is the child's, with what has come before and all that comes after", async () => {
  const program = `${preparing}
    const child = fork("/child.js");
    const exited = once(child, "exit");
    const server = net.createServer({ pauseOnConnect: true }, (socket) => { child.send("take it", socket); server.close(); });
    const client = net.connect(await listening(server));
    client.write("early ");
    setTimeout(() => client.end("late"), 20);
    export const answer = await text(client);
    export const [code] = await exited;`;
  const child = `process.once("message", (message, socket) => {
      let heard = "";
      socket.on("data", (piece) => { heard += piece; });
      socket.on("end", () => { socket.end(message + ": " + heard); process.disconnect(); });
    });`;
  expect(await exportsOf(program, child)).toEqual({ answer: "take it: early late", code: 0 });
});

test("A server that is sent to a child goes on there when its own is closed, with the same address", async () => {
  const program = `${preparing}
    const child = fork("/child.js");
    const server = net.createServer((socket) => socket.end("parent"));
    const port = await listening(server);
    child.send("serve", server);
    const [told] = await once(child, "message");
    export const isSame = told.port === port;
    const both = [];
    for (let count = 0; count < 4; count += 1) both.push(await read(port));
    export const shared = [...new Set(both)].sort();
    server.close();
    export const after = [await read(port), await read(port)];
    child.send("close");
    await once(child, "exit");
    export const gone = await once(net.connect(port), "error").then(([error]) => error.code);`;
  const child = `process.once("message", (message, server) => {
      server.on("connection", (socket) => socket.end("child"));
      process.send(server.address());
      process.once("message", () => { server.close(); process.disconnect(); });
    });`;
  expect(await exportsOf(program, child)).toEqual({
    isSame: true,
    shared: ["child", "parent"],
    after: ["child", "child"],
    gone: expect.stringMatching(/^E/),
  });
});

test("A connection that a child closes and has not used is its parent's again", async () => {
  const program = `${preparing}
    const child = fork("/child.js");
    const server = net.createServer({ pauseOnConnect: true });
    const client = net.connect(await listening(server));
    const [socket] = await once(server, "connection");
    const handle = socket._handle;
    child.send("look", handle);
    await once(child, "exit");
    socket.end("still here");
    server.close();
    export const answer = await text(client);`;
  const child = `process.once("message", (message, handle) => { handle.close(); process.disconnect(); });`;
  expect(await exportsOf(program, child)).toEqual({ answer: "still here" });
});

test("A guest, its children and their threads have one loopback, and no other run has it", async () => {
  const program = `${preparing}
    import { Worker } from "node:worker_threads";
    const server = net.createServer((socket) => socket.end("parent"));
    const port = await listening(server);
    const child = fork("/child.js", [port]);
    const [told] = await once(child, "message");
    export const { heard, taken } = told;
    export const childs = await read(told.port);
    const thread = new Worker(\`
      const { workerData, parentPort } = require("node:worker_threads");
      require("node:net").connect(workerData).on("data", (piece) => parentPort.postMessage(String(piece)));
    \`, { eval: true, workerData: told.port });
    export const [threads] = await once(thread, "message");
    export const addresses = await new Promise((resolve) => {
      server.once("connection", (socket) => resolve([socket.remoteAddress, socket.localPort === port]));
      child.send("again");
    });
    child.kill();
    server.close();`;
  const child = `const net = require("node:net");
    const port = Number(process.argv[2]);
    let heard = "";
    net.connect(port, "127.0.0.1").on("data", (piece) => { heard += piece; }).on("close", () => {
      net.createServer().on("error", ({ code }) => {
        const own = net.createServer((socket) => socket.end("child")).listen(0, () => process.send({ heard, taken: code, port: own.address().port }));
      }).listen(port);
    });
    process.on("message", () => net.connect(port, "127.0.0.1").on("error", () => undefined));`;
  expect(await exportsOf(program, child)).toMatchObject({
    heard: "parent",
    taken: "EADDRINUSE",
    childs: "child",
    threads: "child",
    addresses: ["127.0.0.1", true],
  });
});

test("Another run has a loopback of its own: nothing of one run listens there", async () => {
  const open = `${preparing} export const port = await listening(net.createServer((socket) => socket.end("mine")), 4711);`;
  filesystem.writeFile("/open.mjs", open);
  await using one = await runtime.load(open, "/open.mjs");
  const { exports } = await runtime.run(
    `${preparing} export const code = await once(net.connect(4711), "error").then(([error]) => error.code);`,
    "/other.mjs",
  );
  expect(exports).toEqual({ code: expect.stringMatching(/^E/) });
  expect(one).toBeDefined();
});

test("A server that is closed is given to nobody, and a child that could not begin leaves no channel open", async () => {
  const program = `${preparing}
    const late = fork("/child.js", { execArgv: ["--no-such-option"], stdio: "ignore" });
    late.on("message", () => undefined);
    await Promise.all([once(late, "exit"), once(late, "disconnect")]);
    const child = fork("/child.js");
    const server = net.createServer();
    await listening(server);
    const handle = server._handle;
    server.close();
    await once(server, "close");
    export const code = await new Promise((resolve) => child.send("closed", handle, (error) => resolve(error?.code)));
    child.kill();`;
  expect(await exportsOf(program, "process.on('message', () => undefined);")).toEqual({ code: "EBADF" });
});

test("A server that was lent by a guest that is over says so, and keeps nobody alive", async () => {
  const program = `${preparing}
    const child = fork("/child.js");
    const [, server] = await once(child, "message");
    child.kill();
    const [{ code }] = await once(server, "error");
    export { code };`;
  const child = `const server = require("net").createServer().listen(0, () => process.send("take it", server));`;
  expect(await exportsOf(program, child)).toEqual({ code: "ECONNABORTED" });
});
