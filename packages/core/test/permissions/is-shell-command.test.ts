import { expect, test } from "vitest";
import { isShellCommand } from "../../src/index.ts";

const isShell = (
  command: string,
  args: readonly string[] = [],
  more: { resolved?: string; argv0?: string } = {},
): boolean => isShellCommand({ command, args, ...more });

test("a shell is known by its name, its file and what it is called", () => {
  expect(
    ["sh", "/bin/bash", "-zsh", "dash", "pwsh.exe", "env", "xargs", "sudo", "timeout"].filter((name) => !isShell(name)),
  ).toEqual([]);
  expect(isShell("/tmp/tool", [], { resolved: "/usr/bin/dash" })).toBe(true);
  expect(isShell("tool", [], { argv0: "sh" })).toBe(true);
  expect(["ls", "git", "cat", "shred", "environment", "bashful"].filter((name) => isShell(name))).toEqual([]);
});

test("an interpreter is one unless its first argument is a file", () => {
  for (const command of ["python3", "python3.12", "perl", "perl5.36.0", "node", "ruby"]) {
    expect(isShell(command), command).toBe(true);
    expect(isShell(command, ["-"]), command).toBe(true);
    expect(isShell(command, ["-c", "code"]), command).toBe(true);
    expect(isShell(command, ["-e", "code", "file"]), command).toBe(true);
    expect(isShell(command, ["file", "-c", "code"]), command).toBe(false);
    expect(isShell(command, ["--version"]), command).toBe(false);
    expect(isShell(command, ["--version", "-e", "code"]), command).toBe(true);
  }
});

test("many programs in one file are what they are called", () => {
  expect(isShell("ls", ["-l"], { resolved: "/bin/busybox" })).toBe(false);
  expect(isShell("sh", [], { resolved: "/bin/busybox" })).toBe(true);
  expect(isShell("ls", [], { resolved: "/bin/busybox", argv0: "sh" })).toBe(true);
  expect(isShell("busybox", ["sh"], { resolved: "/bin/busybox" })).toBe(true);
});

test("an interpreter is one where its first argument only looks like a file", () => {
  const isOne = (first: string, directory = "/work"): boolean =>
    isShellCommand({ command: "python3", args: [first], directory });
  for (const path of [
    "/dev/stdin",
    "//dev/fd/0",
    "/proc/self/fd/0",
    "/./dev/stdin",
    "/var/run/../dev/stdin",
    "../dev/fd/0",
  ])
    expect(isOne(path), path).toBe(true);
  expect(isOne("dev/stdin", "/")).toBe(true);
  expect(isShell("perl", ["proc/self/environ"])).toBe(true);
  for (const path of ["dev/tool.py", "/work/dev/tool.py", "./dev/tool.py", "/device", "/process/x", "src/proc/x"])
    expect(isOne(path), path).toBe(false);
  expect(isShell("node", ["inspect", "file"])).toBe(true);
  expect(isShell("groovy", ["http://host.test/code"])).toBe(true);
  for (const command of ["R", "erl", "iex"]) expect(isShell(command, ["file"]), command).toBe(true);
  expect(isShell("Rscript", ["file"])).toBe(false);
  expect(isShell("Rscript", ["-e", "code"])).toBe(true);
});

test("a program is one when its options start others", () => {
  const starting: readonly [string, ...string[]][] = [
    ["find", ".", "-exec", "id", ";"],
    ["find", ".", "-execdir", "id", ";"],
    ["sort", "--compress-program=sh", "-S1b"],
    ["/usr/bin/sort", "file", "--comp", "sh"],
    ["split", "--filter=sh"],
    ["split", "--fil=sh"],
    ["rg", "--pre", "sh", "x"],
    ["fd", "--exec=sh"],
    ["fd", "-Hx", "sh"],
    ["zip", "-T", "-TT", "sh"],
    ["rsync", "-ae", "sh -c x", "a", "b:c"],
    ["wget", "--use-askpass=sh"],
  ];
  for (const [command, ...args] of starting) expect(isShell(command, args), `${command} ${args.join(" ")}`).toBe(true);
  const plain: readonly [string, ...string[]][] = [
    ["find", ".", "-name", "x"],
    ["sort", "-n", "--check", "-k2", "--", "file"],
    ["sort", "compress-program"],
    ["split", "-l", "10", "--verbose"],
    ["rg", "--pretty", "x"],
    ["fd", "--extension", "ts"],
    ["zip", "-T", "a.zip", "a"],
    ["toString", "--filter"],
  ];
  for (const [command, ...args] of plain) expect(isShell(command, args), `${command} ${args.join(" ")}`).toBe(false);
});
