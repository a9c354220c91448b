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

test("a program is one when its options start others", () => {
  expect(isShell("find", [".", "-name", "x"])).toBe(false);
  expect(isShell("find", [".", "-exec", "id", ";"])).toBe(true);
});
