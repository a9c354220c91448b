import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Confined } from "../../src/cell/cell-confinement.ts";
import { openDriver } from "../driver/open-driver.ts";
import { descendants } from "./descendants.ts";

const isConfinable = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64");
const allowed = ["use what it holds", "compress", "run an isolate", "end an isolate in time"];
const program = fileURLToPath(new URL("./confined-program.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "vivarium-confined-"));
const file = join(folder, "file.txt");
const socket = join(folder, "socket");
const servers: Server[] = [];
const connections: unknown[] = [];

async function listen(where: object): Promise<Server> {
  const server = createServer((connection) => {
    connections.push(connection);
    connection.destroy();
  }).listen(where);
  servers.push(server);
  await once(server, "listening");
  return server;
}

beforeAll(() => writeFileSync(file, "secret"));
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function probe(): Promise<{ confined: Confined; results: Record<string, string> }> {
  const address = (await listen({ port: 0, host: "127.0.0.1" })).address();
  await listen({ path: socket });
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const args = ["--conditions=@vivarium/source", "--no-node-snapshot", "--disable-sigusr1", program];
  const child = spawn(process.execPath, [...args, file, folder, `${port}`, socket, `${process.pid}`], {
    cwd: "/",
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const [told, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complaints).toBe("");
  expect(await ended).toEqual([null, "SIGKILL"]);
  return JSON.parse(told);
}

describe.runIf(isConfinable)("a confined process, all of it hostile", () => {
  test("can use what it holds, and nothing else", async () => {
    const { confined, results } = await probe();
    expect(confined).toMatchObject({ isConfined: true, problem: "" });
    const done = Object.keys(results).filter((name) => results[name] === "done");
    expect(done.sort()).toEqual([...allowed].sort());
    const refusals = Object.entries(results).filter(([name]) => !allowed.includes(name));
    expect(refusals.length).toBeGreaterThan(28);
    expect(connections).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe("secret");
    expect(readdirSync(folder).sort()).toEqual(["file.txt", "socket"]);
  }, 30_000);
});

/** What the kernel says of a process. */
function statusOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, "latin1").split("\n");
  return Object.fromEntries(lines.map((line) => line.split(":\t") as [string, string]));
}

describe.runIf(isConfinable)("the cells of a driver", () => {
  test.each([0, 1])(
    "are confined before a program runs in them, with %i waiting",
    async (waitingCells) => {
      const before = new Set(descendants(process.pid));
      await using opened = openDriver({ cells: "process", maxCells: 1, waitingCells });
      for (let run = 0; run < 4; run += 1) {
        let seen: Record<string, string>[] = [];
        const onStdio = (): void => {
          const cells = descendants(process.pid).filter((pid) => !before.has(pid) && existsSync(`/proc/${pid}/status`));
          seen = cells.map(statusOf);
        };
        await opened.exec("console.log('here')", { onStdio });
        // Two filters on one of them at least: no rings, and no more than it needs.
        expect(seen.some((status) => status["Seccomp_filters"] === "2" && status["NoNewPrivs"] === "1")).toBe(true);
      }
      expect(opened.diagnostics).toEqual([]);
    },
    30_000,
  );
});
