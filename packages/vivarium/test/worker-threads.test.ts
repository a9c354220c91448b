import { describe, expect, test } from "vitest";
import {
  allowAllEnv,
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Limits,
  NodeRuntime,
} from "../src/index.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

function createWorld(cells: CellKind, limits: Partial<Limits> = {}): NodeRuntime {
  const permissions = { ...allowAllFs, ...allowAllEnv };
  const systemDriver = createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions });
  return new NodeRuntime({ systemDriver, runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }), ...limits });
}

const setUp = `
  import { once } from "node:events";
  import fs from "node:fs";
  import { text } from "node:stream/consumers";
  import { BroadcastChannel, MessageChannel, Worker } from "node:worker_threads";
  const worker = (code, options) => new Worker(code, { eval: true, ...options });
`;

describe.each(sampledKinds)("In a cell of kind %s, a thread", (cells) => {
  test("that is still there when time is over leaves that to the guest to end by", async () => {
    await using runtime = createWorld(cells, { wallTimeLimitMs: 1_000 });
    const code = `${setUp} worker("setInterval(() => {}, 1000)");`;
    for (let round = 0; round < 2; round += 1) {
      const { outcome } = await runtime.exec(code, { filePath: "/main.mjs" });
      expect(outcome).toEqual({ kind: "wall-time-limit", code: 124, limitMs: 1_000 });
    }
  }, 60_000);

  test("is sent keys of every kind, and has them as they are", async () => {
    await using runtime = createWorld(cells);
    const { exports, errorMessage } = await runtime.run(
      `${setUp}
      import { createSecretKey, generateKeyPairSync, verify } from "node:crypto";
      const thread = worker(\`
        const { parentPort } = require("node:worker_threads");
        const { sign } = require("node:crypto");
        parentPort.once("message", async ({ keys, web, secret, privateKey, publicKey }) => {
          const iv = new Uint8Array(12);
          parentPort.postMessage({
            types: keys.map((key) => key.type),
            secret, publicKey, web,
            signature: sign(null, Buffer.from("text"), privateKey),
            sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, web, Buffer.from("text")),
            raw: await crypto.subtle.exportKey("raw", web).catch((error) => error.name),
          });
        });
      \`);
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      const secret = createSecretKey(Buffer.from("0123456789abcdef"));
      const web = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt", "decrypt"]);
      thread.postMessage({ keys: [secret, publicKey, privateKey], web, secret, privateKey, publicKey });
      const [back] = await once(thread, "message");
      export default {
        types: back.types, raw: back.raw, isSame: [back.secret.equals(secret), back.publicKey.equals(publicKey), back.secret === secret],
        isSigned: verify(null, Buffer.from("text"), publicKey, back.signature),
        web: [back.web.algorithm.name, back.web.extractable, back.web.usages],
        opened: Buffer.from(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, back.web, back.sealed)).toString(),
      };
    `,
      "/main.mjs",
    );
    expect(errorMessage).toBeUndefined();
    expect(exports).toMatchObject({
      default: {
        types: ["secret", "public", "private"],
        raw: "InvalidAccessError",
        isSame: [true, true, false],
        isSigned: true,
        web: ["AES-GCM", false, ["encrypt", "decrypt"]],
        opened: "text",
      },
    });
  });

  test("is told what it is, answers messages and ports, and shares the guest's files and output", async () => {
    let output = "";
    await using runtime = createWorld(cells);
    const program = `${setUp}
      fs.writeFileSync("/thread.mjs", \`
        import { isMainThread, parentPort, threadId, workerData } from "node:worker_threads";
        import fs from "node:fs";
        fs.writeFileSync("/written", "by the thread");
        console.log("a line of its own");
        parentPort.once("message", ({ port, bytes }) => {
          port.postMessage({ isMainThread, threadId, workerData, bytes, argv: process.argv.slice(2), env: process.env.ONLY, pid: process.pid });
          process.exitCode = 7;
        });
      \`);
      const thread = new Worker("/thread.mjs", { workerData: new Map([["a", 1n]]), argv: ["x"], env: { ONLY: "here" } });
      const { port1, port2 } = new MessageChannel();
      const bytes = new Uint8Array([1, 2, 3]);
      thread.postMessage({ port: port2, bytes }, [port2, bytes.buffer]);
      const exited = once(thread, "exit");
      const [answer] = await once(port1, "message");
      const [code] = await exited;
      export default { ...answer, workerData: [...answer.workerData], bytes: [...answer.bytes], left: bytes.length, code,
        isSameProcess: answer.pid === process.pid, written: fs.readFileSync("/written", "utf8"), pid: 0 };
    `;
    const result = await runtime.run(program, {
      onStdio: ({ message }) => {
        output += message;
      },
    });
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toMatchObject({
      default: {
        isMainThread: false,
        threadId: 1,
        workerData: [["a", 1n]],
        bytes: [1, 2, 3],
        left: 0,
        argv: ["x"],
        env: "here",
        isSameProcess: true,
        written: "by the thread",
        code: 7,
      },
    });
    expect(output).toBe("a line of its own\n");
  });

  test("fails, is heard by all, is refused what only shared memory could do, and one too many is not begun", async () => {
    await using runtime = createWorld(cells, { threadsLimit: 1 });
    const result = await runtime.run(`${setUp}
      const failing = worker("throw new RangeError('of a thread')");
      const over = once(failing, "exit").catch(() => once(failing, "exit"));
      const [error] = await once(failing, "error");
      const refused = [];
      for (const option of ["--expose-internals", "--expose_internals"]) {
        try { worker("require('internal/options')", { execArgv: [option] }) } catch (error) { refused.push(error.code) }
      }
      await over;
      const channel = new BroadcastChannel("all");
      const heard = new Promise((resolve) => { channel.onmessage = ({ data }) => { channel.close(); resolve(data); }; });
      const speaker = worker("const c = new BroadcastChannel('all'); c.postMessage('to all'); c.close(); console.log('captured')", { stdout: true, execArgv: ["--no_warnings"] });
      const silent = once(speaker, "exit");
      try { speaker.postMessage(new SharedArrayBuffer(8)) } catch (error) { refused.push(error.code) }
      const piped = await text(speaker.stdout);
      const broadcast = await heard;
      await silent;
      const nested = worker("const { Worker, parentPort } = require('worker_threads'); try { new Worker('1', { eval: true }) } catch ({ code }) { parentPort.postMessage(code) }");
      const [tooMany] = await once(nested, "message");
      export default { error: [error.name, error.message], broadcast, piped, refused, tooMany };
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toMatchObject({
      default: {
        error: ["RangeError", "of a thread"],
        broadcast: "to all",
        piped: "captured\n",
        refused: ["ERR_WORKER_INVALID_EXEC_ARGV", "ERR_WORKER_INVALID_EXEC_ARGV", "ERR_VIVARIUM_UNIMPLEMENTED"],
        tooMany: "ERR_WORKER_INIT_FAILED",
      },
    });
  });
});

describe("In a process cell, a thread", () => {
  test("tells what it uses, has locks in common with its guest, and is refused options of NODE_OPTIONS that there are not", async () => {
    await using runtime = createWorld("process");
    const result = await runtime.run(`${setUp}
      let refused;
      try { worker("", { env: { NODE_OPTIONS: '--no-such --max-old-space-size=99 "--nor this"' } }) } catch ({ code, message }) { refused = [code, message] }
      const thread = worker(\`
        const { parentPort } = require("worker_threads");
        const unlock = Promise.withResolvers();
        parentPort.once("message", unlock.resolve);
        navigator.locks.request("a", async () => { parentPort.postMessage("has it"); await unlock.promise; });
      \`);
      await once(thread, "message");
      const heap = (await thread.getHeapStatistics()).used_heap_size > 1e6;
      const { user } = await thread.cpuUsage();
      const busy = await navigator.locks.request("a", { ifAvailable: true }, (lock) => lock === null);
      const waited = navigator.locks.request("a", (lock) => lock.mode);
      const { held, pending } = await navigator.locks.query();
      thread.postMessage("give it back");
      const mode = await waited;
      const dying = worker("navigator.locks.request('b', () => { require('worker_threads').parentPort.postMessage(1); return new Promise((r) => setTimeout(r, 1e6)); })");
      await once(dying, "message");
      const heir = navigator.locks.request("b", () => "free");
      await dying.terminate();
      const late = await thread.getHeapStatistics().catch(({ code }) => code);
      export default { refused, heap, user: user > 0, busy, held, pending: pending.map(({ name }) => name), mode, heir: await heir, late };
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      default: {
        refused: [
          "ERR_WORKER_INVALID_EXEC_ARGV",
          "Initiated Worker with invalid NODE_OPTIONS env variable: --no-such, --nor this",
        ],
        heap: true,
        user: true,
        busy: true,
        held: [],
        pending: ["a"],
        mode: "exclusive",
        heir: "free",
        late: "ERR_WORKER_NOT_RUNNING",
      },
    });
  });

  test("has sent what it has posted before it ends, though nobody has read it by then", async () => {
    await using runtime = createWorld("process");
    const result = await runtime.run(`${setUp}
      const loud = worker("const { parentPort } = require('worker_threads'); for (let i = 0; i < 3; i++) parentPort.postMessage(new Uint8Array(1e6).fill(i)); process.exit(3);");
      const heard = [];
      loud.on("message", (bytes) => heard.push(bytes.length + bytes[1]));
      const [code] = await once(loud, "exit");
      export default { heard, code };
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({ default: { heard: [1_000_000, 1_000_001, 1_000_002], code: 3 } });
  });

  test("is ended where it never comes back, or has no memory left, and the guest goes on", async () => {
    await using runtime = createWorld("process");
    const result = await runtime.run(`${setUp}
      const endless = worker("require('worker_threads').parentPort.postMessage('begun'); for (;;);");
      await once(endless, "message");
      const terminated = await endless.terminate();
      const full = worker("const all = []; for (;;) all.push(new Array(1e5).fill({}))", { resourceLimits: { maxOldGenerationSizeMb: 16 } });
      const [{ code }] = await once(full, "error");
      export default { terminated, code };
    `);
    expect(result.exports).toMatchObject({ default: { terminated: 1, code: "ERR_WORKER_OUT_OF_MEMORY" } });
  });

  test.runIf(process.platform === "linux")("has a part of its guest's memory", async () => {
    await using runtime = createWorld("process", { memoryLimit: 128, processOverheadLimit: 64 });
    const result = await runtime.run(`${setUp}
      const full = "const all = []; for (let i = 0; i < 90; i++) all.push(new Uint8Array(2 ** 20).fill(1)); setInterval(() => all.length, 1000)";
      for (let i = 0; i < 3; i++) worker(full);
    `);
    expect(result.outcome).toMatchObject({ kind: "process-memory-limit", limitMiB: 192 });
  });

  test("has a part of its guest's time, and ends with it", async () => {
    await using runtime = createWorld("process", { cpuTimeLimitMs: 1_000 });
    const result = await runtime.run(`${setUp}
      const [code] = await once(worker("for (;;);"), "exit");
      const last = worker("require('worker_threads').parentPort.on('message', () => {})");
      last.unref();
      export default code;
    `);
    expect(result.exports).toEqual({ default: 1 });
    const after = await runtime.run("export default 1");
    expect(after.exports).toEqual({ default: 1 });
  });
});
