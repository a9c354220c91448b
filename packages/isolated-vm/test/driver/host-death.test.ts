import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { childrenOf } from "./children-of.ts";

function startHost(program: URL, ...args: readonly string[]): ChildProcess {
  const file = fileURLToPath(program);
  return spawn(process.execPath, ["--conditions=@vivarium/source", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("the cells of a host", () => {
  test("end when the host is killed, whether they run a guest or wait for one", async () => {
    const host = startHost(new URL("./host-program.ts", import.meta.url));
    if (host.stdout === null) throw new Error("The host has no stdout");
    await once(host.stdout, "data");
    const cells = childrenOf(host.pid ?? Number.NaN);
    expect(cells.length).toBeGreaterThanOrEqual(2);
    host.kill("SIGKILL");
    await expect.poll(() => cells.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);
  });

  test.runIf(process.platform === "linux")(
    "end when the host is killed, though their guest never comes back",
    async () => {
      const host = startHost(new URL("./busy-host-program.ts", import.meta.url));
      if (host.stdout === null) throw new Error("The host has no stdout");
      await once(host.stdout, "data");
      const cells = childrenOf(host.pid ?? Number.NaN);
      expect(cells).not.toEqual([]);
      host.kill("SIGKILL");
      await expect.poll(() => cells.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);
    },
  );

  test.each(["process", "worker"])("do not keep the host alive when they are idle: %s cells", async (cells) => {
    const host = startHost(new URL("./idle-host-program.ts", import.meta.url), cells);
    const [code, signal] = await once(host, "exit");
    expect([code, signal]).toEqual([0, null]);
  });

  test("do not keep the host alive with a run that it has given up", async () => {
    const host = startHost(new URL("./given-up-host-program.ts", import.meta.url));
    const output: string[] = [];
    host.stdout?.setEncoding("utf8").on("data", (text: string) => output.push(text));
    const [code, signal] = await once(host, "close");
    expect([code, signal, output.join("")]).toEqual([0, null, "aborted, and the host ends"]);
  });

  test("keep the host alive while a run waits for a place in one of them", async () => {
    const host = startHost(new URL("./waiting-host-program.ts", import.meta.url));
    const output: string[] = [];
    host.stdout?.setEncoding("utf8").on("data", (text: string) => output.push(text));
    const [code, signal] = await once(host, "close");
    expect([code, signal, output.join("")]).toEqual([0, null, "its turn"]);
  });

  test.each(["runtime", "shared"])("do not end the host when it has no descriptors for them: %s", async (isolation) => {
    const file = fileURLToPath(new URL("./crowded-host-program.ts", import.meta.url));
    const script = 'ulimit -n 90 && exec "$0" --conditions=@vivarium/source "$@"';
    const host = spawn("sh", ["-c", script, process.execPath, file, isolation], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output: string[] = [];
    host.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
    const [code, signal] = await once(host, "close");
    const refusal =
      "Cannot start the run: no cell could be started: it could not be started (EMFILE); it has waited a while";
    expect([code, signal, output.join("")]).toEqual([0, null, `${refusal}\n2 diagnostics\nits turn`]);
  });
});
