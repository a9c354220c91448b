import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";

const program = fileURLToPath(new URL("./programs/file-operations.cjs", import.meta.url));

/** The program in this Node, in a directory of its own. It names only what lies within its working directory. */
function runInNode(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "vivarium-files-")));
  try {
    return execFileSync(process.execPath, [program], { cwd: directory, encoding: "utf8" });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function runInGuest(cells: "inline" | "process"): Promise<string> {
  const filesystem = createInMemoryFileSystem();
  await filesystem.mkdir("/work");
  const runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs, processConfig: { cwd: "/work" } }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
  });
  try {
    let output = "";
    const { code, errorMessage } = await runtime.exec(readFileSync(program, "utf8"), {
      filePath: "/program.cjs",
      onStdio: ({ message }) => {
        output += message;
      },
    });
    expect(errorMessage).toBeUndefined();
    expect(code).toBe(0);
    return output;
  } finally {
    await runtime[Symbol.asyncDispose]();
  }
}

describe("file operations", () => {
  it.each(["inline", "process"] as const)(
    "come to the same in a guest (%s) as in Node, errors and all",
    async (cells) => {
      const expected = runInNode();
      expect(expected.split("\n").length).toBeGreaterThan(70);
      expect((await runInGuest(cells)).split("\n")).toEqual(expected.split("\n"));
    },
  );
});
