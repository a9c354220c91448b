import { describe, expect, test } from "vitest";
import {
  allowAll,
  allowAllFs,
  allowCommands,
  allowEnv,
  allowPaths,
  type ChildProcessAccessRequest,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type Permissions,
} from "../../src/index.ts";
import { type CellKind, sampledKinds } from "../worlds.ts";
import { createChildRuntime, waitingKinds } from "./child-worlds.ts";

const follow = `
  import { execFile, fork, spawn, spawnSync } from "node:child_process";
  import fs from "node:fs";
  import { once } from "node:events";
  import { buffer, text } from "node:stream/consumers";
  const follow = async (child, input = "") => {
    const failed = once(child, "error").then(([error]) => ({ error: error.message }));
    child.stdin?.on("error", () => undefined).end(input);
    const closed = Promise.all([once(child, "close"), text(child.stdout ?? []), text(child.stderr ?? [])]);
    closed.catch(() => undefined);
    return Promise.race([failed, closed.then(([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }))]);
  };
`;

/** Guests that can start nothing of the host: there is no executor. */
function createWorld(
  cells: CellKind,
  permissions: Permissions = allowAll,
  env: Record<string, string> = {},
): NodeRuntime {
  const filesystem = createInMemoryFileSystem();
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions, processConfig: { env } }),
    // One turn, which its parent has, is all that a child could have waited for.
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells, maxCells: 1 }),
  });
}

describe.each(sampledKinds)("In a cell of kind %s, `node` is another guest:", (cells) => {
  test("it runs a file, code or its input, with its arguments, its directory and its parent's files", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      fs.mkdirSync("/work");
      fs.writeFileSync("/work/program.js", \`
        const { argv, execArgv, cwd, pid, ppid } = process;
        require("fs").writeFileSync("written.txt", JSON.stringify([argv, execArgv, process.cwd(), pid - ppid, require.main === module]));
        process.exitCode = 3;
      \`);
      fs.writeFileSync("/work/module.mjs", "export {}; console.log(import.meta.filename); console.error(await 'waited');");
      export const file = await follow(spawn("node", ["program", "a", "b"], { cwd: "/work" }));
      export const written = JSON.parse(fs.readFileSync("/work/written.txt", "utf8"));
      export const module = await follow(execFile(process.execPath, ["/work/module.mjs"]));
      export const code = await follow(spawn("node", ["-p", "[1, process.argv[1]]", "x"]));
      export const prompt = await follow(spawn("node", ["-i"]), "6 * 7\\nnull.x\\n.exit\\n");
      export const piped = await follow(spawn("node", ["-"]), "process.stdin.destroy(); console.log('from stdin')");
      export const option = await follow(spawn("node", ["--inspect", "program"]));
      export const missing = (await follow(spawn("node", ["/nothing.js"]))).stderr.includes("Cannot find module '/nothing.js'");
      export const nowhere = await follow(spawn("node", ["-e", "1"], { cwd: "/nowhere" }));
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      file: { code: 3, signal: null, stdout: "", stderr: "" },
      written: [["/usr/local/bin/node", "/work/program", "a", "b"], [], "/work", expect.any(Number), true],
      module: { code: 0, signal: null, stdout: "/work/module.mjs\n", stderr: "waited\n" },
      code: { code: 0, signal: null, stdout: "[ 1, 'x' ]\n", stderr: "" },
      prompt: {
        code: 0,
        signal: null,
        stdout: expect.stringMatching(/^Welcome to Node\.js .*> 42\n> Uncaught TypeError: Cannot read .*\n> $/s),
        stderr: "",
      },
      piped: { code: 0, signal: null, stdout: "from stdin\n", stderr: "" },
      option: { code: 9, signal: null, stdout: "", stderr: "node: bad option: --inspect\n" },
      missing: true,
      nowhere: { error: "spawn node ENOENT (its directory does not exist)" },
    });
  });

  test("what the parent of a fork does not keep up with waits, in order", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      fs.writeFileSync("/child.js", \`
        const send = (index, then) => process.send(index + "x".repeat(400_000), then);
        for (let index = 0; index < 3; index++) send(index, (error) => { if (error === null && index === 2) process.disconnect(); });
      \`);
      const child = fork("/child.js");
      export const messages = [];
      child.on("message", (message) => messages.push([message.length, message[0]]));
      export const ended = await once(child, "close");
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      messages: [
        [400_001, "0"],
        [400_001, "1"],
        [400_001, "2"],
      ],
      ended: [0, null],
    });
  });

  test.each(["json", "advanced"])("a fork and its parent send each other messages (%s)", async (serialization) => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      fs.writeFileSync("/child.js", \`
        process.on("message", (message) => {
          process.send({ answer: message, isConnected: process.connected });
          if (message === "end") process.disconnect();
        });
        process.send(["ready", process.argv[2], process.env.NODE_CHANNEL_FD]);
      \`);
      const child = fork("/child.js", ["argument"], { serialization: "${serialization}" });
      export const messages = [];
      child.on("message", (message) => {
        messages.push(message);
        if (messages.length > 1) return;
        child.send({ nested: [1, { date: new Date(0) }] });
        child.send("end");
      });
      const disconnected = once(child, "disconnect");
      export const ended = await once(child, "exit");
      await disconnected;
      const kind = (value) => Object.prototype.toString.call(value);
      export const date = kind(messages[1].answer.nested[1].date);
      messages[1].answer.nested.length = 1;
      const late = await new Promise((resolve) => child.send("late", resolve));
      export const code = late.code;
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      messages: [
        ["ready", "argument", ...(serialization === "json" ? [null] : [undefined])],
        { answer: { nested: [1] }, isConnected: true },
        { answer: "end", isConnected: true },
      ],
      ended: [0, null],
      date: serialization === "json" ? "[object String]" : "[object Date]",
      code: "ERR_IPC_CHANNEL_CLOSED",
    });
  });

  test("its channel may be where a standard stream would be, and it is told its name", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      const code = "process.on('message', (m) => { process.send([m, process.argv0]); process.disconnect(); }); console.log('out')";
      export const told = [];
      for (const stdio of [["ipc", "pipe", "pipe"], ["ignore", "pipe", "ipc"], ["ignore", "ipc", "pipe"]]) {
        const child = spawn("node", ["--stack-size=500", "-e", code], { stdio, argv0: "another" });
        child.send("hello");
        const [[answer], { stdout }] = await Promise.all([once(child, "message"), follow(child)]);
        told.push([...answer, stdout]);
      }
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      told: [
        ["hello", "another", "out\n"],
        ["hello", "another", "out\n"],
        ["hello", "another", ""],
      ],
    });
  });

  test("it takes signals until its parent has heard of its end", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      const child = spawn("node", ["-e", "console.log('over')"]);
      const closed = once(child, "close");
      await once(child.stdout, "data");
      // Nothing is heard meanwhile: it ends.
      const start = Date.now();
      while (Date.now() - start < 500);
      export const zombie = [child.kill(), process.kill(child.pid, 0)];
      await closed;
      export const gone = child.kill();
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({ zombie: [true, true], gone: false });
  });

  test("it has the permissions of its parent, and the variables that it is given", async () => {
    const permissions = {
      childProcess: allowCommands(["node"]),
      fs: allowPaths({ read: ["/allowed/**", "/"], write: ["/**"] }),
      env: allowEnv({ read: ["GIVEN", "HIDDEN_*"], write: ["OWN_*"] }),
    };
    await using runtime = createWorld(cells, permissions, { GIVEN: "1", SECRET: "2" });
    const result = await runtime.run(`${follow}
      fs.mkdirSync("/allowed");
      fs.writeFileSync("/secret.txt", "secret");
      fs.writeFileSync("/allowed/look.js", \`
        const attempt = (action) => { try { return action(); } catch (error) { return error.code; } };
        const spawned = require("child_process").spawn("cat");
        spawned.on("error", (error) => console.log(JSON.stringify([attempt(() => require("fs").readFileSync("/secret.txt", "utf8")),
          { ...process.env }, attempt(() => { process.env.OTHER = 1; }), error.code])));
      \`);
      export const inherited = JSON.parse((await follow(spawn("node", ["/allowed/look.js"]))).stdout);
      const env = { OWN_A: "a" };
      export const own = JSON.parse((await follow(spawn("node", ["/allowed/look.js"], { env }))).stdout)[1];
      export const refused = await follow(spawn("node", ["/allowed/look.js"], { env: { GIVEN: "changed" } }));
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      inherited: ["EACCES", { GIVEN: "1" }, "EACCES", "EACCES"],
      own: {},
      refused: { error: "spawn node EACCES (the variable GIVEN may not be passed to a child)" },
    });
  });

  test("it is asked for like any other command, and a check can tell that it is a guest", async () => {
    const seen: ChildProcessAccessRequest[] = [];
    const childProcess = (request: ChildProcessAccessRequest) => {
      seen.push(request);
      return { allow: false, reason: "alone" };
    };
    await using runtime = createWorld(cells, { ...allowAllFs, childProcess });
    const result = await runtime.run(`${follow}
      export const messages = [];
      for (const start of [() => spawn("node", ["x.js"]), () => fork("/x.js"), () => execFile(process.execPath, ["-e", "1"])])
        messages.push((await follow(start())).error);
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      messages: ["node", "/usr/local/bin/node", "/usr/local/bin/node"].map((name) => `spawn ${name} EACCES (alone)`),
    });
    expect(seen).toMatchObject(
      [["x.js"], ["/x.js"], ["-e", "1"]].map((args) => ({ command: "node", args, shell: false, guest: true })),
    );
    await using alone = createWorld(cells, allowAllFs);
    const denied = await alone.run(`${follow} export const { error } = await follow(spawn("node", ["-e", "1"]));`);
    expect(denied.exports).toEqual({ error: "spawn node EACCES" });
  });

  test("it ends with a signal, at its limits and with its parent", async () => {
    await using runtime = createWorld(cells);
    const killed = await runtime.run(
      `${follow}
      const child = spawn("node", ["-e", "setInterval(() => undefined, 1000); console.log('there')"]);
      await once(child.stdout, "data");
      child.kill("SIGINT");
      export const ended = await once(child, "exit");
      export const busy = await follow(spawn("node", ["-e", "for (;;);"]));
    `,
      { cpuTimeLimitMs: 1000 },
    );
    expect(killed.errorMessage).toBeUndefined();
    expect(killed.exports).toEqual({
      ended: [null, "SIGINT"],
      busy: { code: null, signal: "SIGKILL", stdout: "", stderr: "Killed: cpu-time-limit\n" },
    });
    const parent = await runtime.exec(`
      const { spawn } = require("node:child_process");
      spawn("node", ["-e", "setInterval(() => undefined, 1000); console.log('there')"]).stdout.once("data", () => process.exit(0));
    `);
    expect(parent).toMatchObject({ code: 0 });
    expect(runtime.status()).toMatchObject({ activeRuns: 0 });
  });

  test("it hears the signals that it listens to, and any other ends it", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      fs.writeFileSync("/server.js", \`
        const server = require("http").createServer().listen(0, () => console.log("there"));
        for (const signal of ["SIGHUP", "SIGUSR2", "SIGINT"]) process.on(signal, (...told) => console.log(...told));
        process.once("SIGTERM", () => server.close(() => console.log("closed")));
        process.on("exit", (code) => console.log("exit", code));
      \`);
      const start = async (...args) => {
        const child = spawn("node", args);
        let stdout = "";
        const said = (text) => new Promise((resolve) => {
          const look = () => { if (stdout.includes(text)) resolve(); };
          child.stdout.on("data", look);
          look();
        });
        child.stdout.on("data", (data) => { stdout += data; });
        await said("there");
        return { child, said, over: async () => [...(await once(child, "close")), stdout] };
      };
      const server = await start("/server.js");
      for (const signal of ["SIGHUP", "SIGUSR2", "SIGINT"]) {
        process.kill(server.child.pid, signal);
        await server.said(signal);
      }
      server.child.kill("SIGCHLD");
      server.child.kill("SIGTERM");
      export const served = await server.over();
      const stubborn = await start("-e", "process.on('SIGTERM', () => { console.log('no'); }); setInterval(() => {}, 1000); console.log('there')");
      stubborn.child.kill();
      await stubborn.said("no");
      stubborn.child.kill("SIGKILL");
      export const killed = await stubborn.over();
      const fickle = await start("-e", "const f = () => {}; process.on('SIGTERM', f).off('SIGTERM', f); setInterval(f, 1000); console.log('there')");
      fickle.child.kill();
      export const ended = await fickle.over();
      export const own = await follow(spawn("node", ["-e", "process.kill(process.pid, 'SIGUSR2')"]));
      export const heard = await follow(spawn("node", ["-e", "process.on('SIGUSR2', (name, number) => { console.log(name, number); process.exit(4); }); process.kill(process.pid, 'SIGUSR2')"]));
      export const aborted = (await follow(spawn("node", ["-e", "process.abort()"]))).signal;
      export const refused = (() => { try { process.on("SIGKILL", () => {}); } catch (error) { return error.message; } })();
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      served: [0, null, "there\nSIGHUP 1\nSIGUSR2 12\nSIGINT 2\nclosed\nexit 0\n"],
      killed: [null, "SIGKILL", "there\nno\n"],
      ended: [null, "SIGTERM", "there\n"],
      own: { code: null, signal: "SIGUSR2", stdout: "", stderr: "" },
      heard: { code: 4, signal: null, stdout: "SIGUSR2 12\n", stderr: "" },
      aborted: "SIGABRT",
      refused: "uv_signal_start EINVAL",
    });
  });

  test("it has what is left of its parent's CPU time, and what it uses its parent has no more", async () => {
    await using runtime = createWorld(cells);
    const spin = "const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < 200_000);";
    const result = await runtime.run<{ readonly ends: readonly (string | null)[] }>(
      `${follow}
      export const ends = [];
      for (let index = 0; index < 4; index++) ends.push((await follow(spawn("node", ["-e", \`${spin}\`]))).signal);
    `,
      { cpuTimeLimitMs: 500 },
    );
    // It may have been ended itself, as one that has used up all of its time.
    if (result.exports === undefined) expect(result.outcome.kind).toBe("cpu-time-limit");
    else expect(result.exports.ends).toContain("SIGKILL");
  });

  test("it starts others itself, to a depth", async () => {
    await using runtime = new NodeRuntime({
      systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions: allowAll }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells, maxCells: 8 }),
    });
    const result = await runtime.run(`${follow}
      fs.writeFileSync("/deeper.js", \`
        const depth = Number(process.argv[2]);
        const child = require("child_process").spawn("node", [__filename, String(depth + 1)], { stdio: "inherit" });
        child.on("error", (error) => console.log(depth, error.message));
      \`);
      export const { stdout } = await follow(spawn("node", ["/deeper.js", "1"]));
    `);
    expect(result.exports).toEqual({
      stdout: "4 spawn node EAGAIN (4 guests have started each other already)\n",
    });
  });

  test("there are as many at a time as there may be cells, and one more is refused", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`${follow}
      const first = spawn("node", ["-e", "setInterval(() => undefined, 1000); console.log('there')"]);
      await once(first.stdout, "data");
      const { error, code, signal, stderr } = await follow(spawn("node", ["-e", "1"]));
      export { error };
      first.kill();
      await once(first, "exit");
      export const next = (await follow(spawn("node", ["-p", "1"]))).stdout;
    `);
    expect(result.exports).toEqual({
      error: "spawn node EAGAIN (of the processes that guests start, at most 1 may run at a time)",
      next: "1\n",
    });
  });
});

describe.each(waitingKinds)("In a cell of kind %s, which can wait,", (cells) => {
  test("a guest waits for another that changes files which it has, too", async () => {
    await using runtime = createWorld(cells);
    const result = await runtime.run(`
      import { spawnSync } from "node:child_process";
      import fs from "node:fs";
      fs.writeFileSync("/in.txt", "before");
      const code = "const fs = require('fs'); fs.writeFileSync('/out.txt', fs.readFileSync('/in.txt', 'utf8') + ' and after')";
      export const { status } = spawnSync("node", ["-e", code]);
      export const written = fs.readFileSync("/out.txt", "utf8");
      const bytes = spawnSync("node", ["-e", "process.stdin.pipe(process.stdout)"], { input: new Uint8Array([0, 255, 128, 10]) });
      export const binary = [...bytes.stdout];
      export const late = spawnSync("node", ["-e", "for (;;);"], { timeout: 300 }).error.code;
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      status: 0,
      written: "before and after",
      binary: [0, 255, 128, 10],
      late: "ETIMEDOUT",
    });
  });
});

test("in shared cells a guest cannot wait for another, which might be in its own", async () => {
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions: allowAll }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ isolation: "shared" }),
  });
  const result = await runtime.run(`${follow}
    export const message = spawnSync("node", ["-e", "1"]).error.message;
    export const { stdout } = await follow(spawn("node", ["-p", "1 + 1"]));
  `);
  expect(result.exports).toEqual({
    message: expect.stringMatching(/^spawnSync node ENOTSUP \(a guest that may share its cell/),
    stdout: "2\n",
  });
});

test("a command of the host is none that a guest's path names: that of Node is always a guest", async () => {
  const calls: string[] = [];
  await using runtime = createChildRuntime({
    cells: "process",
    permissions: allowAll,
    commandExecutor: {
      run: ({ command }) => {
        calls.push(command);
        return { code: 0, signal: null };
      },
    },
  });
  await runtime.run(`${follow}
    for (const command of ["node", process.execPath, "/usr/bin/node"]) await follow(spawn(command, ["-e", "1"]));
  `);
  expect(calls).toEqual(["/usr/bin/node"]);
});
