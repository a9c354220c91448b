import { describe, expect, test } from "vitest";
import { allowAll, allowAllChildProcess, allowCommands, type ChildProcessAccessRequest } from "../../src/index.ts";
import { sampledKinds } from "../worlds.ts";
import { createChildRuntime, waitingKinds } from "./child-worlds.ts";

/** What a guest sees of a child that it does not wait for. */
const follow = `
  import { exec, execFile, fork, spawn, spawnSync } from "node:child_process";
  import fs from "node:fs";
  import { text } from "node:stream/consumers";
  import { once } from "node:events";
  const told = (error) => [error.code, error.message].join(": ");
  const follow = async (child, input = "") => {
    const failed = once(child, "error").then(([error]) => ({ error: told(error) }));
    child.stdin?.on("error", () => undefined).end(input);
    const closed = Promise.all([once(child, "close"), text(child.stdout ?? []), text(child.stderr ?? [])]);
    closed.catch(() => undefined);
    return Promise.race([failed, closed.then(([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }))]);
  };
`;

describe.each(sampledKinds)("In a cell of kind %s", (cells) => {
  test("a guest starts commands, writes to them, reads them and hears how they end", async () => {
    await using runtime = createChildRuntime({ cells, permissions: allowAll });
    const result = await runtime.run(`${follow}
      export const piped = await follow(spawn("sh", ["-c", "cat; echo oops >&2; exit 7"]), "hello");
      export const killed = await follow(spawn("sh", ["-c", "kill -TERM $$"]));
      export const executed = await new Promise((resolve) => exec("echo $((1 + 2))", (error, stdout) => resolve([error, stdout])));
      export const failed = await new Promise((resolve) => execFile("sh", ["-c", "exit 4"], (error) => resolve([error.code, error.message])));
      export const missing = await follow(spawn("no-such-command"));
      const child = spawn("true");
      export const events = [];
      for (const event of ["spawn", "exit", "close"]) child.on(event, () => events.push(event));
      await once(child, "close");
      export const isNumbered = Number.isInteger(child.pid) && child.pid > 1;
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      piped: { code: 7, signal: null, stdout: "hello", stderr: "oops\n" },
      killed: { code: null, signal: "SIGTERM", stdout: "", stderr: "" },
      executed: [null, "3\n"],
      failed: [4, "Command failed: sh -c exit 4\n"],
      missing: { error: "ENOENT: spawn no-such-command ENOENT" },
      events: ["spawn", "exit", "close"],
      isNumbered: true,
    });
  });

  test("children read and write what their parent gives them: its streams, its files, each other", async () => {
    const output: string[] = [];
    await using runtime = createChildRuntime({ cells, permissions: allowAll, output });
    const result = await runtime.run(
      `${follow}
      fs.writeFileSync("/in.txt", "from a file");
      await follow(spawn("cat", { stdio: [fs.openSync("/in.txt"), fs.openSync("/out.txt", "w"), "ignore"] }));
      export const file = fs.readFileSync("/out.txt", "utf8");
      const first = spawn("printf", ["one\\ntwo\\n"]);
      export const second = (await follow(spawn("grep", ["two"], { stdio: [first.stdout, "pipe", "pipe"] }))).stdout;
      await follow(spawn("sh", ["-c", "cat; echo error >&2"], { stdio: "inherit" }));
    `,
      { stdin: "input" },
    );
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({ file: "from a file", second: "two\n" });
    expect(output.join("")).toBe("inputerror\n");
  });

  test("a guest signals its children by their numbers, and no other process", async () => {
    await using runtime = createChildRuntime({ cells, permissions: allowAll });
    const result = await runtime.run(`${follow}
      const child = spawn("sleep", ["30"]);
      export const isThere = process.kill(child.pid, 0);
      process.kill(child.pid, "SIGINT");
      export const ended = await once(child, "exit");
      const code = (action) => { try { return action(); } catch (error) { return error.code; } };
      export const gone = code(() => process.kill(child.pid, 0));
      export const isKilled = child.kill();
      export const strangers = [2, 1000, process.pid + 500].map((pid) => code(() => process.kill(pid, 9)));
      const group = spawn("sh", ["-c", "sleep 30 & wait"], { detached: true });
      process.kill(-group.pid, "SIGKILL");
      export const groupEnded = await once(group, "exit");
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      isThere: true,
      ended: [null, "SIGINT"],
      gone: "ESRCH",
      isKilled: false,
      strangers: ["ESRCH", "ESRCH", "ESRCH"],
      groupEnded: [null, "SIGKILL"],
    });
  });

  test("what a check denies is EACCES with its reason, and its executor starts nothing", async () => {
    const seen: ChildProcessAccessRequest[] = [];
    const childProcess = (request: ChildProcessAccessRequest) => {
      seen.push(request);
      return { allow: false, reason: "not today" };
    };
    await using runtime = createChildRuntime({ cells, permissions: { ...allowAll, childProcess } });
    const result = await runtime.run(
      `${follow}
      export const { error } = await follow(spawn("cat", ["-n"], { env: { A: "1" }, cwd: "/somewhere" }));
      await follow(spawn("/bin/sh", ["-c", "id"], { argv0: "harmless" }));
      await new Promise((resolve) => exec("id", resolve));
    `,
      { env: { LANG: "C" } },
    );
    expect(result.exports).toEqual({ error: "EACCES: spawn cat EACCES (not today)" });
    expect(seen).toMatchObject([
      { command: "cat", resolved: expect.stringMatching(/\/cat$/), args: ["-n"], cwd: "/somewhere", shell: false },
      { command: "/bin/sh", args: ["-c", "id"], argv0: "harmless", cwd: "/", shell: true },
      { command: "id", resolved: expect.stringMatching(/\/id$/), args: [], shell: false },
      { command: "/bin/sh", args: ["-c", "id"], shell: true },
    ]);
    expect(seen[0]?.env).toEqual({ A: "1", PATH: "/usr/local/bin:/usr/bin:/bin" });
  });

  test("without a permission nothing of the executor is reached", async () => {
    const calls: string[] = [];
    const commandExecutor = {
      resolve: () => {
        calls.push("resolve");
        return { file: "/bin/true" };
      },
      run: () => {
        calls.push("run");
        return { code: 0, signal: null };
      },
    };
    await using runtime = createChildRuntime({ cells, permissions: {}, commandExecutor });
    const result = await runtime.run(`${follow}
      const error = async (child) => (await follow(child)).error.split(":")[0];
      export const codes = [await error(spawn("true")), await error(exec("true")), await error(execFile("true")),
        await error(spawn("sh", { shell: true }))];
    `);
    expect(result.exports).toEqual({ codes: ["EACCES", "EACCES", "EACCES", "EACCES"] });
    expect(calls).toEqual([]);
  });

  test("an allow-list of names is no way to a shell", async () => {
    await using runtime = createChildRuntime({
      cells,
      permissions: { childProcess: allowCommands(["cat", "sh", "echo"]) },
    });
    const result = await runtime.run(`${follow}
      export const { stdout } = await follow(spawn("cat"), "allowed");
      const tries = [
        () => spawn("sh", ["-c", "id"]),
        () => exec("echo hello; id"),
        () => exec("echo $(id)"),
        () => exec("env cat"),
        () => exec("id"),
        () => spawn("echo", ["x >/dev/null"], { shell: true }),
        () => spawn("echo", ["x"], { shell: "/bin/cat" }),
        () => spawn("/bin/cat"),
        () => spawn("cat", { argv0: "sh" }),
        () => spawn("env", ["cat"]),
        () => spawn("../bin/cat"),
      ];
      export const codes = [];
      for (const attempt of tries) codes.push((await follow(attempt())).error?.split(":")[0]);
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({ stdout: "allowed", codes: Array.from({ length: 11 }, () => "EACCES") });
  });

  test("a line that is nothing but a command needs no shell", async () => {
    const seen: ChildProcessAccessRequest[] = [];
    const allowed = allowCommands(["cat", "node", "printenv"]);
    const childProcess = (request: ChildProcessAccessRequest) => {
      seen.push(request);
      return allowed(request);
    };
    await using runtime = createChildRuntime({ cells, permissions: { ...allowAll, childProcess } });
    const result = await runtime.run(`${follow}
      fs.writeFileSync("/it's.js", "console.log(process.argv.slice(2)); process.exitCode = 3");
      const env = { FILE: "/it's.js" };
      export const guest = await follow(exec('"' + process.execPath + '" "$FILE" a\\\\ b', { env }));
      export const command = await follow(spawn("cat", ["-"], { shell: true }), "piped");
      export const variables = await follow(exec("printenv FILE PATH", { env: { ...env, PATH: "/mine" } }));
      export const missing = await follow(exec("no-such-command x"));
      const other = await follow(exec("printenv $PATH", { env: { PATH: "cat" } }));
      export const refused = other.error;
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      guest: { code: 3, signal: null, stdout: "[ 'a b' ]\n", stderr: "" },
      command: { code: 0, signal: null, stdout: "piped", stderr: "" },
      variables: { code: 0, signal: null, stdout: "/it's.js\n/usr/local/bin:/usr/bin:/bin\n", stderr: "" },
      missing: { code: 127, signal: null, stdout: "", stderr: "/bin/sh: 1: no-such-command: not found\n" },
      refused: expect.stringContaining("EACCES: spawn /bin/sh EACCES"),
    });
    expect(seen.map(({ command, args, shell, guest }) => [command, args, shell, guest === true])).toEqual([
      ["node", ["/it's.js", "a b"], false, true],
      ["cat", ["-"], false, false],
      ["printenv", ["FILE", "PATH"], false, false],
      ["/bin/sh", ["-c", "no-such-command x"], true, false],
      ["/bin/sh", ["-c", "printenv $PATH"], true, false],
    ]);
  });

  test("whether there is a file on the host is told of paths that the check allows, and of no others", async () => {
    await using runtime = createChildRuntime({
      cells,
      permissions: { childProcess: allowCommands(["cat", "/usr/bin/*"]) },
    });
    const result = await runtime.run(`${follow}
      export const errors = [];
      for (const file of ["/etc/passwd", "/etc/none-such", "/etc/none/such", "/etc/passwd/x", "../etc/none", "/usr/bin/none-such"])
        errors.push((await follow(spawn(file))).error.replaceAll(file, "it"));
    `);
    const denied = "EACCES: spawn it EACCES";
    const there = "ENOENT: spawn it ENOENT";
    expect(result.exports).toEqual({ errors: [denied, denied, denied, denied, denied, there] });
  });

  test("a guest without an executor is told that there are no commands", async () => {
    await using runtime = createChildRuntime({
      cells,
      permissions: allowAllChildProcess,
      commandExecutor: { run: () => ({ code: 5, signal: null }) },
    });
    const result = await runtime.run(`${follow}
      export const virtual = await follow(spawn("anything"));
      export const user = (() => { try { spawn("anything", { uid: 0 }); } catch (error) { return told(error); } })();
      export const fourth = (() => { try { spawn("anything", { stdio: ["pipe", "pipe", "pipe", "pipe"] }); } catch (error) { return told(error); } })();
    `);
    expect(result.exports).toEqual({
      virtual: { code: 5, signal: null, stdout: "", stderr: "" },
      user: "EPERM: spawn EPERM (a child has the user of its host, and no other)",
      fourth: "ENOTSUP: spawn ENOTSUP (a child has standard input, output and error, and no other streams)",
    });
  });
});

describe.each(waitingKinds)("In a cell of kind %s, which can wait,", (cells) => {
  test("a guest waits for commands: their output, their end, their time", async () => {
    const output: string[] = [];
    await using runtime = createChildRuntime({ cells, permissions: allowAll, output });
    const result = await runtime.run(`
      import { execFileSync, execSync, spawnSync } from "node:child_process";
      import fs from "node:fs";
      const told = (action) => { try { return action(); } catch (error) { return [error.code, error.message]; } };
      const { pid, ...ended } = spawnSync("sh", ["-c", "cat; echo oops >&2; exit 3"], { input: "hello", encoding: "utf8" });
      export { ended };
      export const computed = execSync("echo $((1 + 2))", { encoding: "utf8" });
      export const missing = told(() => execFileSync("no-such-command"));
      export const late = spawnSync("sleep", ["30"], { timeout: 100 });
      export const large = spawnSync("head", ["-c", "100000", "/dev/zero"], { maxBuffer: 1000 });
      export const small = spawnSync("echo", ["all of it"], { maxBuffer: 1, encoding: "utf8" });
      fs.writeFileSync("/in.txt", "from a file");
      spawnSync("cat", { stdio: [fs.openSync("/in.txt"), fs.openSync("/out.txt", "w"), "ignore"] });
      export const file = fs.readFileSync("/out.txt", "utf8");
      console.log("before");
      spawnSync("echo", ["between"], { stdio: "inherit" });
      console.log("after");
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toMatchObject({
      ended: { status: 3, signal: null, stdout: "hello", stderr: "oops\n" },
      computed: "3\n",
      missing: ["ENOENT", "spawnSync no-such-command ENOENT"],
      late: { status: null, signal: "SIGTERM", error: { code: "ETIMEDOUT" } },
      large: { error: { code: "ENOBUFS" } },
      small: { error: { code: "ENOBUFS" }, stdout: "all of it\n" },
      file: "from a file",
    });
    expect(output.join("")).toBe("before\nbetween\nafter\n");
  });

  test("a guest has all that they wrote, however much, and its files beside that", async () => {
    await using runtime = createChildRuntime({ cells, permissions: allowAll });
    const program = `
      const { execFileSync } = require("node:child_process");
      const fs = require("node:fs");
      fs.writeFileSync("/file", "x");
      const input = Buffer.alloc(2_500_000, "xyz");
      const bytes = execFileSync("cat", { input, maxBuffer: 3_000_000 });
      module.exports = bytes.equals(input) && fs.readFileSync("/file", "utf8") === "x";
    `;
    // A cell that has had a run may serve files from a replica in the next.
    for (let run = 0; run < 3; run += 1) {
      const { errorMessage, exports } = await runtime.run(program);
      expect([errorMessage, exports]).toEqual([undefined, true]);
    }
  });

  test("what is denied, is denied to those who wait, too, and says why", async () => {
    const childProcess = () => ({ allow: false, reason: "not today" });
    await using runtime = createChildRuntime({ cells, permissions: { childProcess } });
    const result = await runtime.run(`
      import { spawnSync } from "node:child_process";
      const { error, status, pid } = spawnSync("true");
      export const told = [error.code, error.message, status, pid];
    `);
    expect(result.exports).toEqual({ told: ["EACCES", "spawnSync true EACCES (not today)", null, 0] });
  });
});

test("in an inline cell, which cannot wait, synchronous calls say so and start nothing", async () => {
  await using runtime = createChildRuntime({ cells: "inline", permissions: allowAll });
  const result = await runtime.run(`
    import { spawnSync } from "node:child_process";
    const { error } = spawnSync("true");
    export const told = [error.code, error.message];
  `);
  expect(result.exports).toEqual({
    told: ["ENOTSUP", "spawnSync true ENOTSUP (this cell cannot wait for a child; use the asynchronous call)"],
  });
});
