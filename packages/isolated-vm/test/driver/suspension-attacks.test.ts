import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { descendants } from "../process/descendants.ts";

const program = fileURLToPath(new URL("./suspended-host-program.ts", import.meta.url));

/** With few descriptors, which are soon all taken. */
function startHost(what: "killed" | "left" | "crowded"): ChildProcess {
  const script = 'ulimit -n 200 && exec "$0" --conditions=@vivarium/source "$@"';
  return spawn("sh", ["-c", script, process.execPath, program, what], { stdio: ["ignore", "pipe", "inherit"] });
}

async function said(host: ChildProcess): Promise<string> {
  if (host.stdout === null) throw new Error("The host has no stdout");
  const [text] = await once(host.stdout.setEncoding("utf8"), "data");
  return text as string;
}

describe.runIf(process.platform === "linux")("guests that are suspended", () => {
  test.each(["killed", "left"] as const)("do not outlive their host: %s", async (what) => {
    const host = startHost(what);
    await said(host);
    const cells = descendants(host.pid ?? Number.NaN);
    expect(cells.length).toBeGreaterThanOrEqual(4);
    if (what === "killed") host.kill("SIGKILL");
    await expect.poll(() => cells.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);
  });

  test("go on also where their host has no descriptors left to look at them", async () => {
    const host = startHost("crowded");
    expect(await said(host)).toBe("1 1 1\n");
    await once(host, "exit");
  });
});
