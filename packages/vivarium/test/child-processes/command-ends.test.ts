import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allowAll, type CommandRequest, createCommandExecutor, type Diagnostic } from "../../src/index.ts";
import { cellKinds } from "../worlds.ts";
import { createChildRuntime, isAlive, OwnDirectory } from "./child-worlds.ts";

/** The numbers that a script has written into a file. */
async function pidsIn(file: string): Promise<number[]> {
  await expect
    .poll(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"), { timeout: 10_000 })
    .toBe(true);
  return readFileSync(file, "utf8").trim().split("\n").map(Number);
}

describe.each(cellKinds)("In a cell of kind %s, no command outlives its run:", (cells) => {
  const start = (file: string): string => `
    const { spawn } = require("node:child_process");
    spawn("sh", ["-c", "trap '' TERM; setsid sleep 300 & echo $! > ${file}.new; echo $$ >> ${file}.new; mv ${file}.new ${file}; wait"],
      { detached: true, stdio: "ignore" }).unref();
    const isThere = () => new Promise((resolve) => spawn("test", ["-e", "${file}"]).on("exit", (code) => resolve(code === 0)));
  `;

  test("when the program ends by itself", async () => {
    await using own = new OwnDirectory();
    await using runtime = createChildRuntime({ cells, permissions: allowAll });
    const result = await runtime.exec(`${start(own.at("pids"))}
      (async () => { while (!(await isThere())); })();`);
    expect(result).toMatchObject({ code: 0 });
    const pids = await pidsIn(own.at("pids"));
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("when it is aborted", async () => {
    await using own = new OwnDirectory();
    await using runtime = createChildRuntime({ cells, permissions: allowAll });
    const end = new AbortController();
    const running = runtime.exec(`${start(own.at("pids"))} setInterval(() => undefined, 1000);`, {
      signal: end.signal,
    });
    const pids = await pidsIn(own.at("pids"));
    expect(pids.filter(isAlive)).toHaveLength(2);
    end.abort();
    expect((await running).outcome.kind).toBe("aborted");
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("when it runs into its limit of time", async () => {
    await using own = new OwnDirectory();
    await using runtime = createChildRuntime({ cells, permissions: allowAll, options: { wallTimeLimitMs: 1500 } });
    const sits =
      cells === "inline"
        ? "setInterval(() => undefined, 1000);"
        : 'require("node:child_process").spawnSync("sleep", ["300"]);';
    const result = await runtime.exec(`${start(own.at("pids"))} ${sits}`);
    expect(result.outcome.kind).toBe("wall-time-limit");
    expect((await pidsIn(own.at("pids"))).filter(isAlive)).toEqual([]);
  });

  test("and what a limit of its executor has ended says so", async () => {
    const commandExecutor = createCommandExecutor({ cwd: "/", outputLimitBytes: 1000, timeLimitMs: 400 });
    await using runtime = createChildRuntime({ cells, permissions: allowAll, commandExecutor });
    const result = await runtime.run(`
      import { execFile, spawn, spawnSync } from "node:child_process";
      import { once } from "node:events";
      export let said;
      const large = spawn("head", ["-c", "1000000", "/dev/zero"]);
      let bytes = 0;
      large.stdout.on("data", (data) => { bytes += data.length; });
      large.stderr.setEncoding("utf8").on("data", (data) => { said = data; });
      export const ended = await once(large, "close");
      export { bytes };
      export const late = await new Promise((resolve) => execFile("sleep", ["30"], (error) => resolve([error.signal, error.message])));
      ${cells === "inline" ? "" : 'export const waited = spawnSync("sleep", ["30"]).error.code;'}
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toMatchObject({
      ended: [null, "SIGKILL"],
      bytes: 1000,
      said: "Killed: it has written more than a command may\n",
      late: ["SIGKILL", "Command failed: sleep 30\nKilled: it has taken longer than a command may\n"],
    });
    if (cells !== "inline") expect(result.exports).toHaveProperty("waited", "ETIMEDOUT");
  });

  test("what its children write to its own output counts as its own", async () => {
    await using runtime = createChildRuntime({ cells, permissions: allowAll, options: { outputLimitBytes: 10_000 } });
    const result = await runtime.exec(`
      const { spawn } = require("node:child_process");
      spawn("yes", { stdio: "inherit" });
      setTimeout(() => undefined, 5000);
    `);
    expect(result.outcome).toEqual({ kind: "output-limit", code: 1, limitBytes: 10_000 });
  });

  test("a guest has so many children at a time, and no more", async () => {
    await using runtime = createChildRuntime({
      cells,
      permissions: allowAll,
      commandExecutor: createCommandExecutor({ cwd: "/", maxCommands: 1000 }),
    });
    const result = await runtime.run(`
      import { spawn } from "node:child_process";
      const children = Array.from({ length: 64 }, () => spawn("sleep", ["30"]));
      export const message = await new Promise((resolve) => spawn("true").on("error", (error) => resolve(error.message)));
      for (const child of children) child.kill();
      await Promise.all(children.map((child) => new Promise((resolve) => child.on("exit", resolve))));
      export const code = await new Promise((resolve) => spawn("true").on("exit", resolve));
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({ message: "spawn true EAGAIN (it has 64 children already)", code: 0 });
  });

  test("a child waits with its output for a guest that does not read", async () => {
    let written = 0;
    const commandExecutor = {
      async run({ onStdout, signal }: CommandRequest) {
        const piece = new Uint8Array(16_384);
        const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        while (!signal.aborted) {
          written += piece.byteLength;
          await Promise.race([onStdout(piece), ended]);
        }
        return { code: 0, signal: null };
      },
    };
    await using runtime = createChildRuntime({ cells, permissions: allowAll, commandExecutor });
    await runtime.exec(`
      const child = require("node:child_process").spawn("flood");
      setTimeout(() => process.exit(), 300);
    `);
    expect(written).toBeLessThan(2_000_000);
  });

  test("an executor that fails or answers nonsense is its embedder's to hear of, and an error to its guest", async () => {
    const diagnostics: Diagnostic[] = [];
    const answers: readonly unknown[] = [undefined, { code: "0" }, { code: 1, signal: "SIGTERM" }];
    let next = 0;
    const commandExecutor = {
      run({ command }: CommandRequest) {
        if (command === "throws") throw new Error("secret /path/of/the/host");
        if (command === "rejects")
          return Promise.reject(Object.assign(new Error("x"), { code: "ENOMEM", reason: "full" }));
        return answers[next++] as { code: number; signal: null };
      },
    };
    await using runtime = createChildRuntime({ cells, permissions: allowAll, commandExecutor, diagnostics });
    const result = await runtime.run(`
      import { spawn } from "node:child_process";
      export const messages = [];
      for (const command of ["throws", "rejects", "a", "b", "c"]) {
        try {
          messages.push(await new Promise((resolve) => spawn(command).on("error", (error) => resolve(error.message))));
        } catch (error) { messages.push(error.message); }
      }
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      messages: ["spawn EIO", "spawn rejects ENOMEM (full)", "spawn a EIO", "spawn b EIO", "spawn c EIO"],
    });
    expect(diagnostics.map(({ code }) => code)).toEqual([
      "ERR_DRIVER_THREW",
      ...answers.map(() => "ERR_DRIVER_ANSWER"),
    ]);
  });
});
