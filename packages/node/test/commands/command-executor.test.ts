import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createCommandExecutor } from "../../src/index.ts";
import { OwnDirectory, runCommand } from "./run-command.ts";

const inRoot = createCommandExecutor({ cwd: "/" });

describe("createCommandExecutor()", () => {
  test("runs a command: its input, its outputs and its exit code", async () => {
    const ended = await runCommand(inRoot, ["sh", "-c", "cat; echo oops >&2; exit 7"], { stdin: "hello" });
    expect(ended).toEqual({ code: 7, signal: null, stdout: "hello", stderr: "oops\n" });
  });

  test("tells the signal that ended one", async () => {
    const ended = await runCommand(inRoot, ["sh", "-c", "kill -TERM $$"]);
    expect(ended).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("has a name of its own for a command, and the files of its own directories alone", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("tool"), "#!/bin/sh\necho from here\n", { mode: 0o755 });
    const executor = createCommandExecutor({ cwd: own.path, path: [own.path] });
    expect(await runCommand(executor, ["tool"])).toMatchObject({ code: 0, stdout: "from here\n" });
    await expect(runCommand(executor, ["cat"], { env: { PATH: "/usr/bin:/bin" } })).rejects.toMatchObject({
      code: "ENOENT",
    });
    await expect(runCommand(inRoot, ["tool"], { env: { PATH: own.path } })).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("finds nothing in the directory that a command runs in, unless the guest says so", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("tool"), "#!/bin/sh\necho here\n", { mode: 0o755 });
    const executor = createCommandExecutor({ cwd: own.path });
    await expect(runCommand(executor, ["tool"])).rejects.toMatchObject({ code: "ENOENT" });
    expect(await runCommand(executor, ["./tool"])).toMatchObject({ stdout: "here\n" });
  });

  test("refuses what is no program by the code that Node has for it", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("text"), "no program", { mode: 0o644 });
    mkdirSync(own.at("folder"));
    const executor = createCommandExecutor({ cwd: own.path, path: [own.path] });
    for (const [command, code] of [
      ["missing", "ENOENT"],
      ["", "ENOENT"],
      ["a\0b", "ENOENT"],
      ["text", "EACCES"],
      ["./folder", "EACCES"],
      ["./text/below", "ENOTDIR"],
    ] as const)
      await expect(runCommand(executor, [command]), command).rejects.toMatchObject({ code });
  });

  test("says what a link comes to, and knows a shell by another name: a link, a hard link, a copy", async () => {
    await using own = new OwnDirectory();
    const shell = realpathSync("/bin/sh");
    symlinkSync("/bin/sh", own.at("linked"));
    copyFileSync(shell, own.at("copied"));
    chmodSync(own.at("copied"), 0o755);
    linkSync(own.at("copied"), own.at("again"));
    copyFileSync(realpathSync("/bin/cat"), own.at("harmless"));
    chmodSync(own.at("harmless"), 0o755);
    const executor = createCommandExecutor({ cwd: own.path });
    const ask = async (name: string) => executor.resolve?.({ command: `./${name}`, args: [], cwd: "/", env: {} });
    expect(await ask("linked")).toMatchObject({ file: shell, shell: true });
    expect(await ask("copied")).toMatchObject({ file: own.at("copied"), shell: true });
    expect(await ask("again")).toMatchObject({ shell: true });
    expect(await ask("harmless")).toMatchObject({ shell: false });
  });

  test("starts what was asked about, though another file has taken its place since", async () => {
    await using own = new OwnDirectory();
    copyFileSync(realpathSync("/bin/cat"), own.at("tool"));
    chmodSync(own.at("tool"), 0o755);
    const executor = createCommandExecutor({ cwd: own.path });
    const resolved = await executor.resolve?.({ command: "./tool", args: [], cwd: "/", env: {} });
    copyFileSync(realpathSync("/bin/echo"), own.at("tool"));
    const run = executor.run({
      command: "./tool",
      args: ["escaped"],
      ...(resolved !== undefined && { resolved }),
      cwd: "/",
      env: {},
      stdin: (async function* () {})(),
      signal: new AbortController().signal,
      onStdout: () => undefined,
      onStderr: () => undefined,
      onSignal: () => undefined,
    });
    await expect(run).rejects.toMatchObject({ code: "EACCES", reason: "the program has changed since it was checked" });
  });

  test("starts nothing that it was not asked about first", async () => {
    const forged = { file: realpathSync("/bin/echo"), directory: "/", env: {} };
    const executor = { ...inRoot, resolve: () => forged };
    await expect(runCommand(executor, ["echo", "hello"])).rejects.toMatchObject({ code: "EACCES" });
  });

  test("gives a command no descriptor but its three pipes, and a session of its own", async () => {
    const script = "readlink /proc/$$/fd/*; cut -d' ' -f5,6 /proc/$$/stat; echo $$";
    const { stdout } = await runCommand(inRoot, ["sh", "-c", script]);
    const lines = stdout.trim().split("\n");
    expect(lines.at(-2)).toBe(`${lines.at(-1)} ${lines.at(-1)}`);
    const [stdin, out, err, ...others] = lines.slice(0, -2);
    for (const target of [stdin, out, err]) expect(target).toMatch(/^(socket|pipe):/);
    // What this process would let any program inherit is nothing there.
    expect(others.filter((target) => target !== "/dev/null")).toEqual([]);
  });

  test("gives signals of the guest to the command, which may have something to say to them", async () => {
    const script = "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    let send: (signal: string) => void = () => undefined;
    let stdout = "";
    const ended = await runCommand(inRoot, ["sh", "-c", script], {
      onSignals: (given) => {
        send = given;
      },
      onStdout(chunk) {
        stdout += Buffer.from(chunk).toString();
        if (stdout === "ready\n") send("SIGTERM");
      },
    });
    expect(ended).toMatchObject({ code: 3, signal: null });
    expect(stdout).toBe("ready\ncaught\n");
  });

  test("waits with output until the guest has taken it", async () => {
    let taken = 0;
    let most = 0;
    let pending = 0;
    const ended = await runCommand(inRoot, ["head", "-c", "2000000", "/dev/zero"], {
      async onStdout(chunk) {
        pending += 1;
        most = Math.max(most, pending);
        await sleep(1);
        pending -= 1;
        taken += chunk.byteLength;
      },
    });
    expect(ended.code).toBe(0);
    expect(taken).toBeGreaterThan(1_800_000);
    // What is left in the pipe is handed over at once when the command is over: the guest may wait for its end alone.
    expect(most).toBeLessThan(8);
  });

  test("ends when nobody reads what it has written", { timeout: 5_000 }, async () => {
    const ended = await runCommand(inRoot, ["head", "-c", "30000", "/dev/zero"], {
      onStdout: () => new Promise<void>(() => undefined),
    });
    expect(ended).toMatchObject({ code: 0 });
  });

  test("leaves no descriptor behind", async () => {
    await runCommand(inRoot, ["true"]);
    const before = readdirSync("/proc/self/fd").length;
    for (let index = 0; index < 20; index += 1) await runCommand(inRoot, ["cat"], { stdin: "text" });
    await expect(runCommand(inRoot, ["nothing-of-the-kind"])).rejects.toThrow();
    await expect.poll(() => readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });

  test("refuses nonsense by code", () => {
    const nonsense: readonly unknown[] = [
      undefined,
      {},
      { cwd: "relative" },
      { cwd: "/nothing of the kind" },
      { cwd: { "/workspace": "/etc/passwd" } },
      { cwd: ["/"] },
      { cwd: { workspace: "/srv" } },
      { cwd: "/", path: ["bin"] },
      { cwd: "/", maxCommands: 0 },
    ];
    const create = createCommandExecutor as (options: unknown) => unknown;
    for (const options of nonsense)
      expect(() => create(options)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(() => create({ cwd: "/", shell: true })).toThrow(expect.objectContaining({ code: "ERR_UNKNOWN_OPTION" }));
  });
});
