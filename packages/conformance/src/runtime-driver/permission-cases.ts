import { expect } from "vitest";
import { fsCalls } from "./fs-calls.table.ts";
import { createRecordingFileSystem } from "./recording-file-system.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

/** Calls every function of `fs` in one style, and tells the code of each one's error. */
const callEverything = (style: "sync" | "callback" | "promise"): string => `
  const fs = require("node:fs");
  const attempt = {
    sync: async (name, args) => fs[name + "Sync"](...args),
    callback: (name, args) => new Promise((resolve, reject) =>
      fs[name](...args, (error, answer) => error instanceof Error ? reject(error) : resolve(answer))),
    promise: (name, args) => fs.promises[name](...args),
  }[${JSON.stringify(style)}];
  module.exports = {};
  (async () => {
    for (const [name, args] of ${JSON.stringify(Object.entries(fsCalls))}) {
      try { await attempt(name, args); module.exports[name] = "allowed"; } catch (error) { module.exports[name] = error.code; }
    }
  })();`;

/** Denied until allowed: no check, no access. */
export const permissionCases: readonly RuntimeDriverCase[] = [
  {
    name: "without permissions every function of fs fails with EACCES, and the filesystem hears of none",
    async run({ open }) {
      const calls: string[] = [];
      await using bench = open({ filesystem: createRecordingFileSystem(calls) });
      const denied = Object.fromEntries(Object.keys(fsCalls).map((name) => [name, "EACCES"]));
      for (const style of ["sync", "callback", "promise"] as const) {
        expect(await bench.exportsOf(callEverything(style)), style).toEqual(denied);
      }
      expect(await bench.exportsOf("module.exports = require('node:fs').existsSync('/file.txt');")).toBe(false);
      expect(calls).toEqual([]);
    },
  },
  {
    name: "a check that allows opens the way to the filesystem, for what it allows and nothing else",
    async run({ open }) {
      const calls: string[] = [];
      await using bench = open({
        filesystem: createRecordingFileSystem(calls),
        permissions: { fs: ({ op, path }) => op !== "write" && path === "/file.txt" },
      });
      const exports = await bench.exportsOf(`
        const fs = require("node:fs");
        const codeOf = (attempt) => { try { return attempt(); } catch (error) { return error.code; } };
        module.exports = {
          read: fs.readFileSync("/file.txt", "utf8"),
          write: codeOf(() => fs.writeFileSync("/file.txt", "")),
          list: codeOf(() => fs.readdirSync("/")),
        };`);
      expect(exports).toEqual({ read: "the content", write: "EACCES", list: "EACCES" });
      expect(calls).not.toContain("writeFile");
      expect(calls).not.toContain("readDirWithTypes");
    },
  },
  {
    name: "the error of a denial is the one that Node makes, and holds the reason of the check",
    async run({ open }) {
      await using bench = open({
        filesystem: createRecordingFileSystem([]),
        permissions: { fs: () => ({ allow: false, reason: "because we say so" }) },
      });
      const code =
        "try { require('node:fs').readFileSync('/file.txt'); } catch ({ code, errno, syscall, path, message }) { module.exports = { code, errno, syscall, path, message }; }";
      const error = await bench.exportsOf(code);
      expect(error).toMatchObject({ code: "EACCES", errno: -13, syscall: "open", path: "/file.txt" });
      expect((error as { readonly message: string }).message).toMatch(/permission denied.*because we say so/);
    },
  },
  {
    name: "a check that throws denies, and the embedder hears of it",
    async run({ open }) {
      const calls: string[] = [];
      await using bench = open({
        filesystem: createRecordingFileSystem(calls),
        permissions: {
          fs: () => {
            throw new Error("the check is broken");
          },
        },
      });
      const code =
        "try { require('node:fs').readFileSync('/file.txt'); } catch (error) { module.exports = [error.code, error.message]; }";
      const [errorCode, message] = (await bench.exportsOf(code)) as [string, string];
      expect(errorCode).toBe("EACCES");
      expect(message).not.toContain("broken");
      // The path is resolved before the check is asked; nothing is read.
      expect(calls).not.toContain("readFile");
      // Once for each question: a loader may have asked some too, on behalf of the program.
      expect([...new Set(bench.diagnostics.map((diagnostic) => diagnostic.code))]).toEqual(["ERR_CHECK_THREW"]);
    },
  },
  {
    name: "a check that answers by promise is waited for, behind a synchronous call too",
    needs: ["waitsForChecks"],
    async run({ open }) {
      await using bench = open({
        filesystem: createRecordingFileSystem([]),
        permissions: { fs: async ({ path }) => path === "/file.txt" },
      });
      expect(await bench.exportsOf("module.exports = require('node:fs').readFileSync('/file.txt', 'utf8');")).toBe(
        "the content",
      );
    },
  },
  {
    name: "without permissions no variable of the environment is seen or set",
    async run({ exportsOf }) {
      const env = { SECRET: "value" };
      const code = "module.exports = [process.env.SECRET, 'SECRET' in process.env, Object.keys(process.env)];";
      expect(await exportsOf(code, { env })).toEqual([undefined, false, []]);
    },
  },
  {
    name: "a variable that a check allows is seen",
    async run({ open }) {
      await using bench = open({ permissions: { env: ({ key }) => key === "SHOWN" } });
      const code = "module.exports = { ...process.env };";
      expect(await bench.exportsOf(code, { env: { SHOWN: "1", HIDDEN: "2" } })).toEqual({ SHOWN: "1" });
    },
  },
  {
    name: "nothing of the host's process shows: environment, arguments, path, process id",
    async run({ exportsOf }) {
      const exports = await exportsOf(
        "module.exports = { env: process.env.PATH, pid: process.pid, argv: process.argv, exec: process.execPath };",
      );
      expect(exports).toMatchObject({ env: undefined, pid: 1 });
      expect(JSON.stringify(exports)).not.toContain(process.cwd());
      expect(JSON.stringify(exports)).not.toContain(process.execPath);
    },
  },
];
