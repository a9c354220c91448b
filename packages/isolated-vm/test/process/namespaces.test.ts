import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { IsolationReport } from "@vivarium/core";
import { describe, expect, test } from "vitest";

interface Seen {
  readonly host: Record<string, string>;
  readonly cells: readonly {
    readonly namespaces: Record<string, string>;
    readonly files: number;
    readonly capabilities: readonly string[];
    readonly isCell: boolean;
    readonly isCopy: boolean;
  }[];
  readonly report: IsolationReport;
  readonly answers: readonly string[];
  readonly diagnostics: readonly string[];
}

const isConfinable = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64");
const program = fileURLToPath(new URL("./namespaced-program.ts", import.meta.url));
const none = "0000000000000000";

/** A user namespace of the test's own, where the test may say how many more there can be. */
function inUserNamespace(script: string, args: readonly string[] = []): SpawnSyncReturns<string> {
  return spawnSync("unshare", ["-Ur", "sh", "-c", script, "sh", ...args], { encoding: "utf8", timeout: 60_000 });
}

function see(script: string): Seen {
  const { stdout, stderr, status } = inUserNamespace(script, [
    process.execPath,
    "--conditions=@vivarium/source",
    program,
  ]);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const limited = "echo 0 >/proc/sys/user/max_user_namespaces";
/** Whether this machine makes namespaces for who has no rights, and lets itself be told to make none. */
const canMake = isConfinable && inUserNamespace("unshare -Unium true").status === 0;
const canRefuse = canMake && inUserNamespace(limited).status === 0;

describe.runIf(canMake)("copies of a zygote", () => {
  test("are in namespaces of their own: no network, no files and no rights over either", () => {
    const { host, cells, report, answers, diagnostics } = see(`exec "$@"`);
    expect(new Set(answers)).toEqual(new Set(["returned"]));
    expect(diagnostics).toEqual([]);
    const copies = cells.filter(({ isCell, isCopy }) => isCell && isCopy);
    expect(copies.length).toBeGreaterThan(0);
    for (const { namespaces, files, capabilities } of copies) {
      for (const [kind, namespace] of Object.entries(host)) expect(namespaces[kind], kind).not.toBe(namespace);
      expect(files).toBe(0);
      expect(capabilities).toEqual([none, none, none, none]);
    }
    expect(report).toMatchObject({
      confined: true,
      missing: expect.arrayContaining(["namespaces"]),
      partly: ["namespaces"],
    });
  }, 60_000);
});

describe.runIf(canRefuse)("where the machine makes no namespaces", () => {
  test("cells are confined without, and say so", () => {
    const { host, cells, report, answers, diagnostics } = see(`${limited} && exec "$@"`);
    expect(new Set(answers)).toEqual(new Set(["returned"]));
    expect(diagnostics).toEqual([]);
    const copies = cells.filter(({ isCell, isCopy }) => isCell && isCopy);
    expect(copies.length).toBeGreaterThan(0);
    for (const { namespaces } of copies) expect(namespaces).toEqual(host);
    expect(report).toMatchObject({ confined: true, missing: expect.arrayContaining(["namespaces"]) });
    expect(report).not.toHaveProperty("partly");
  }, 60_000);
});
