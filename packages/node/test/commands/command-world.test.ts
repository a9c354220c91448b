import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createCommandExecutor } from "../../src/index.ts";
import { OwnDirectory, runCommand } from "./run-command.ts";

const inRoot = createCommandExecutor({ cwd: "/" });

describe("The environment of a command", () => {
  test("is what its guest passes and what the executor says, and nothing of its host's", async () => {
    process.env["OF_THE_HOST"] = "secret";
    const executor = createCommandExecutor({ cwd: "/", env: { LANG: "C", HOME: "/nowhere" } });
    const { stdout } = await runCommand(executor, ["env"], { env: { LANG: "de", APP: "1", "odd name": "=\n" } });
    const mark = /VIVARIUM_COMMAND=[0-9a-f]{32}\n/;
    expect(stdout).toMatch(mark);
    expect(stdout.replace(mark, "").split("\n").sort()).toEqual(
      ["", "", "APP=1", "HOME=/nowhere", "LANG=C", "PATH=/usr/local/bin:/usr/bin:/bin", "odd name=="].sort(),
    );
  });

  test("has no place of the guest's: its PATH and its HOME are none on the host", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("cat"), "#!/bin/sh\necho replaced\n", { mode: 0o755 });
    const env = { PATH: own.path, HOME: own.path, TMPDIR: own.path, XDG_CONFIG_HOME: own.path };
    const { stdout } = await runCommand(inRoot, ["sh", "-c", "cat; env"], { env, stdin: "" });
    expect(stdout).not.toContain("replaced");
    expect(stdout).not.toContain(own.path);
  });

  test.each([
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "GCONV_PATH",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE",
    "npm_config_script_shell",
    "BASH_ENV",
    "ENV",
    "BASH_FUNC_cat%%",
    "SHELLOPTS",
    "PS4",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_COUNT",
    "GIT_EXTERNAL_DIFF",
    "SSH_ASKPASS",
    "PAGER",
    "EDITOR",
    "PYTHONPATH",
    "PERL5OPT",
    "RIPGREP_CONFIG_PATH",
    "TAR_OPTIONS",
    "GIO_EXTRA_MODULES",
    "MAGICK_CONFIGURE_PATH",
    "DOTNET_STARTUP_HOOKS",
    "GS_OPTIONS",
    "AWS_CONFIG_FILE",
    "ERL_FLAGS",
    "RUBYOPT",
    "JAVA_TOOL_OPTIONS",
    "RUSTC_WRAPPER",
    "OPENSSL_CONF",
    "VIVARIUM_COMMAND",
  ])("cannot have %s, and says why", async (name) => {
    await expect(runCommand(inRoot, ["true"], { env: { [name]: "x" } })).rejects.toMatchObject({
      code: "EACCES",
      reason: expect.stringContaining(`the variable ${name} is not passed to commands, since`),
    });
    const trusting = createCommandExecutor({ cwd: "/", allowVariables: [name] });
    if (name === "VIVARIUM_COMMAND") return;
    const { env } = (await trusting.resolve?.({ command: "true", args: [], cwd: "/", env: { [name]: "x" } })) ?? {};
    expect(env).toHaveProperty([name], "x");
  });
});

describe("The directory of a command", () => {
  test("is the one that the executor names, whatever its guest's is", async () => {
    await using own = new OwnDirectory();
    const executor = createCommandExecutor({ cwd: own.path });
    expect(await runCommand(executor, ["pwd"], { cwd: "/etc" })).toMatchObject({ stdout: `${own.path}\n` });
  });

  test("stands for the guest's where one is mapped, and there is none elsewhere", async () => {
    await using own = new OwnDirectory();
    mkdirSync(own.at("project", "src"), { recursive: true });
    mkdirSync(own.at("data"));
    const executor = createCommandExecutor({
      cwd: { "/workspace/": own.at("project"), "/workspace/data": own.at("data") },
    });
    const where = async (cwd: string): Promise<string> => (await runCommand(executor, ["pwd"], { cwd })).stdout.trim();
    expect(await where("/workspace")).toBe(own.at("project"));
    expect(await where("/workspace/src/../src")).toBe(own.at("project", "src"));
    expect(await where("/workspace/data")).toBe(own.at("data"));
    for (const cwd of ["/", "/etc", "/workspaces", "/workspace/../etc", "/workspace/missing"])
      await expect(where(cwd), cwd).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is never one that a link leads out to", async () => {
    await using own = new OwnDirectory();
    mkdirSync(own.at("project", "src"), { recursive: true });
    symlinkSync("/etc", own.at("project", "out"));
    symlinkSync("src", own.at("project", "in"));
    const executor = createCommandExecutor({ cwd: { "/workspace": own.at("project") } });
    await expect(runCommand(executor, ["pwd"], { cwd: "/workspace/out" })).rejects.toMatchObject({
      code: "EACCES",
      reason: expect.not.stringContaining(own.path),
    });
    expect(await runCommand(executor, ["pwd"], { cwd: "/workspace/in" })).toMatchObject({
      stdout: `${own.at("project", "src")}\n`,
    });
  });

  test("counts for the path of a command, and a mapped one for the guest's own files", async () => {
    await using own = new OwnDirectory();
    mkdirSync(own.at("bin"));
    writeFileSync(own.at("bin", "tool"), "#!/bin/sh\necho mapped\n", { mode: 0o755 });
    const executor = createCommandExecutor({ cwd: { "/workspace": own.path } });
    const ask = async (command: string, cwd: string) => executor.resolve?.({ command, args: [], cwd, env: {} });
    expect(await ask("./bin/tool", "/workspace")).toMatchObject({ file: own.at("bin", "tool") });
    expect(await ask("/workspace/bin/tool", "/workspace")).toMatchObject({ file: own.at("bin", "tool") });
    expect(await ask("/bin/cat", "/workspace")).toMatchObject({ file: realpathSync("/bin/cat") });
  });

  test("leaves the programs of the executor to a guest whose whole tree is mapped: Node's library goes by /bin/sh", async () => {
    await using own = new OwnDirectory();
    mkdirSync(own.at("bin"));
    writeFileSync(own.at("bin", "cat"), "#!/bin/sh\necho mapped\n", { mode: 0o755 });
    const executor = createCommandExecutor({ cwd: { "/": own.path } });
    const ask = async (command: string) => executor.resolve?.({ command, args: [], cwd: "/", env: {} });
    expect(await ask("/bin/sh")).toMatchObject({ file: realpathSync("/bin/sh") });
    expect(await ask("/bin/cat")).toMatchObject({ file: own.at("bin", "cat") });
    await expect(ask("/etc/passwd")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("The arguments of a command", () => {
  test("reach it as they are, whatever they hold", async () => {
    const args = ["$(id)", "`id`", "; id", "a b", "*", "", "--", "'\"", "\n", "ü"];
    const { stdout } = await runCommand(inRoot, ["printf", "%s|", ...args]);
    expect(stdout).toBe(args.map((argument) => `${argument}|`).join(""));
  });

  test("may begin with another name than its own", async () => {
    const script = "echo $0";
    expect(await runCommand(inRoot, ["sh", "-c", script], { argv0: "other" })).toMatchObject({ stdout: "other\n" });
  });
});

test("a command that reads slowly is fed without a listener for each piece", async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", onWarning);
  const stdin = (async function* () {
    for (let piece = 0; piece < 32; piece += 1) yield new Uint8Array(256 * 1024);
  })();
  const { stdout } = await runCommand(inRoot, ["wc", "-c"], { stdin });
  process.off("warning", onWarning);
  expect(stdout.trim()).toBe(String(8 * 1024 * 1024));
  expect(warnings).toEqual([]);
});
