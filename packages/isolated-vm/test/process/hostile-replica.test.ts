import { allowPaths, type ExecutionReport } from "@vivarium/core";
import { HostCalls } from "@vivarium/kernel";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import { FileAccess } from "../../src/replica/file-access.ts";
import { limits } from "./a-program.ts";
import { programWith, useHostileCells } from "./use-hostile-cells.ts";

const { diagnostics, makeCell, onDiagnostic } = useHostileCells();

/** Runs it as a cell to which a filesystem has been lent, of which it may write `/allowed`. */
async function runWithFiles(behaviour: string): Promise<[ExecutionReport | undefined, InMemoryFileSystem]> {
  const filesystem = createInMemoryFileSystem();
  for (const path of ["/allowed", "/denied"]) filesystem.mkdir(path);
  const permissions = { fs: allowPaths({ read: ["/**"], write: ["/allowed/**"] }) };
  const systemDriver = { filesystem, permissions, processConfig: {}, osConfig: {} };
  const execution = { argv: [], cwd: "/", env: {}, filePath: "/entry.js", limits, stdin: "" };
  const hostCalls = new HostCalls({ systemDriver, execution, onDiagnostic: () => undefined });
  const files = new FileAccess(hostCalls, systemDriver);
  const lent = files.lendTo({ hasReplicas: true, replica: undefined, withdrawReplica: () => undefined });
  expect(lent.kind).toBe("load");
  const cell = makeCell(behaviour);
  await cell.ready;
  const report = await cell.run({ onDiagnostic, program: programWith({}), service: files, files, signal: undefined });
  files.dispose();
  await hostCalls.dispose();
  return [report, filesystem];
}

describe("a compromised cell", () => {
  test.each([
    ["has the host repeat a write that is denied", "fs.writeFile", "EACCES"],
    ["has the host repeat a write to what is not there", "fs.writeFile", "ENOENT"],
    ["says of a file that it has another number", "fs.open", "another descriptor"],
  ])("that %s is ended, and the embedder hears of it", async (behaviour, call, problem) => {
    const [report, filesystem] = await runWithFiles(behaviour);
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The program's files were changed by somebody else while it changed them",
    });
    expect(diagnostics.at(-1)).toMatchObject({ code: "ERR_FILE_SYSTEM_CONFLICT" });
    expect(diagnostics.at(-1)?.message).toContain(call);
    expect(diagnostics.at(-1)?.message).toContain(problem);
    expect(filesystem.readDir("/denied")).toEqual([]);
    expect(filesystem.exists("/allowed/none")).toBe(false);
  });

  test.each(["has the host repeat what is no change", "has the host repeat what it has given up"])(
    "that %s is killed, and nothing has happened",
    async (behaviour) => {
      const [report, filesystem] = await runWithFiles(behaviour);
      expect(report?.outcome).toMatchObject({
        kind: "crashed",
        errorMessage: expect.stringContaining("broke the rules"),
      });
      expect(filesystem.readDir("/allowed")).toEqual([]);
    },
  );
});
