import { chmodSync, copyFileSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createCommandExecutor } from "../../src/index.ts";
import { OwnDirectory, runCommand } from "./run-command.ts";

const executable = { mode: 0o755 };
const question = { command: "./script", args: [], cwd: "/", env: {} };

describe("A script", () => {
  test("is run by the interpreter that it names, with its own path and one argument, and says who that is", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("script"), '#! /bin/sh -e \necho "$0 $1 $-"; false; echo no\n', executable);
    const executor = createCommandExecutor({ cwd: own.path });
    expect(await executor.resolve?.(question)).toMatchObject({
      file: own.at("script"),
      interpreter: realpathSync("/bin/sh"),
      shell: false,
    });
    const { code, stdout } = await runCommand(executor, ["./script", "one"]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(new RegExp(`^${own.at("script")} one \\S*e\\S*\\n$`))]);
  });

  test("is not run by what has taken the place of its interpreter, nor by another that it names since", async () => {
    await using own = new OwnDirectory();
    copyFileSync(realpathSync("/bin/sh"), own.at("interpreter"));
    chmodSync(own.at("interpreter"), 0o755);
    copyFileSync(realpathSync("/bin/echo"), own.at("other"));
    chmodSync(own.at("other"), 0o755);
    const executor = createCommandExecutor({ cwd: own.path });
    const changes = {
      "another interpreter": () => renameSync(own.at("other"), own.at("interpreter")),
      "another script": () => writeFileSync(own.at("script"), "#!/bin/cat\nsecret\n", executable),
      "a link to a program": () => {
        renameSync(own.at("script"), own.at("before"));
        symlinkSync("/bin/sh", own.at("script"));
      },
    };
    for (const [name, change] of Object.entries(changes)) {
      writeFileSync(own.at("script"), `#!${own.at("interpreter")}\necho ran\n`, executable);
      const lateExecutor = {
        resolve: async (asked: typeof question) => {
          const resolved = await executor.resolve?.(asked);
          change();
          return resolved ?? { file: "/" };
        },
        run: executor.run.bind(executor),
      };
      await expect(runCommand(lateExecutor, ["./script"]), name).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:EACCES|ELOOP)$/),
      });
    }
  });

  test.each([
    ["no interpreter", "#!\necho", "ENOEXEC"],
    ["one that depends on the directory", "#!sh\necho", "EACCES"],
    ["one that is not there", "#!/no/such/file\necho", "ENOENT"],
    ["one that is no program", "#!/etc/passwd\necho", "EACCES"],
    ["a line without an end", `#!/bin/sh ${"x".repeat(300)}`, "ENOEXEC"],
  ])("is refused when it names %s", async (_what, text, code) => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("script"), text, executable);
    const executor = createCommandExecutor({ cwd: own.path });
    await expect(runCommand(executor, ["./script"])).rejects.toMatchObject({ code });
  });

  test("that another script is to interpret is refused", async () => {
    await using own = new OwnDirectory();
    writeFileSync(own.at("interpreter"), "#!/bin/sh\necho\n", executable);
    writeFileSync(own.at("script"), `#!${own.at("interpreter")}\n`, executable);
    await expect(runCommand(createCommandExecutor({ cwd: own.path }), ["./script"])).rejects.toMatchObject({
      code: "ENOEXEC",
      reason: "the interpreter of the script is a script itself",
    });
  });
});
