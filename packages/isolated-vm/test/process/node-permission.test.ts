import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NodePermission } from "../../src/cell/node-permission.ts";
import { locateIsolatedVm } from "../../src/engine/isolated-vm-binary.ts";
import { createUnconfinedDriverFactory } from "../../src/node-runtime-driver-factory.ts";
import { permissionOptions } from "../../src/process/cell-command.ts";
import { openDriverOf } from "../driver/open-driver.ts";
import { descendants } from "./descendants.ts";

const folder = mkdtempSync(join(tmpdir(), "vivarium-permission-"));
const program = join(folder, "permitted-program.mjs");
const victims = join(folder, "victims");
const socket = join(folder, "socket");
const servers: Server[] = [];

async function listen(where: object): Promise<Server> {
  const server = createServer((connection) => void connection.destroy()).listen(where);
  servers.push(server);
  await once(server, "listening");
  return server;
}

beforeAll(async () => {
  await build({
    config: false,
    entry: [fileURLToPath(new URL("./permitted-program.ts", import.meta.url))],
    outDir: folder,
    format: "esm",
    target: "node24",
    platform: "node",
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/^@vivarium/],
    silent: true,
    esbuildOptions(options) {
      options.conditions = ["@vivarium/source"];
    },
  });
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** What the report calls missing: the model leaves it to whoever has the process. */
const left = ["signal another", "connect over IP", "connect to a socket file", "listen"];
/** What a cell is for. */
const own = ["run an isolate"];

async function probe(file: string): Promise<{ results: Record<string, string> }> {
  const address = (await listen({ port: 0, host: "127.0.0.1" })).address();
  await listen({ path: socket });
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const [binary = ""] = locateIsolatedVm().binaries;
  const options = ["--no-warnings", "--disable-sigusr1", ...permissionOptions(program)];
  const told = [file, victims, `${port}`, socket, `${process.pid}`, binary, binary];
  const child = spawn(process.execPath, [...options, program, ...told], {
    cwd: "/",
    env: {},
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout));
}

describe("a process that Node's permission model holds, all of its JavaScript hostile", () => {
  test("finds no file, program, thread or library; network and signals it has", async () => {
    mkdirSync(victims);
    const file = join(victims, "file.txt");
    writeFileSync(file, "secret");
    writeFileSync(join(victims, "module.mjs"), "export default 1;");
    const { results } = await probe(file);
    const done = Object.keys(results).filter((name) => results[name] === "done");
    expect(done.sort()).toEqual([...left, ...own].sort());
    const refusals = Object.entries(results).filter(([, answer]) => answer !== "done");
    expect(refusals.length).toBeGreaterThan(30);
    const others = refusals.filter(([name, code]) => code !== "ERR_ACCESS_DENIED" && name !== "make a database");
    expect(others).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe("secret");
    expect(readdirSync(victims).sort()).toEqual(["file.txt", "module.mjs"]);
  }, 30_000);

  test("is none that was started without it, and none that is permitted more", () => {
    expect(() => new NodePermission()).toThrow("Node's permission model is not in force");
    const lax = new NodePermission({ has: (scope) => scope === "child" || scope === "worker", drop: () => undefined });
    expect(() => lax.drop()).toThrow("Node's permission model permits child, worker");
    const old = new NodePermission({ has: (scope) => scope === "addon" });
    expect(() => old.drop()).toThrow("Node's permission model permits addon");
  });
});

describe("the cells of a system whose kernel confines nothing", () => {
  test.each([
    ["runtime", "runtime"],
    ["run", "nothing"],
    ["shared", "runtimes"],
  ] as const)(
    "are held by the model where they are shared by %s, and the report says what is missing",
    async (isolation, sharedWith) => {
      await using opened = openDriverOf(createUnconfinedDriverFactory({ isolation, idleTimeMs: 0 }));
      for (let run = 0; run < 3; run += 1) expect(await opened.output("console.log('ran')")).toBe("ran\n");
      expect(await opened.driver.isolation?.()).toEqual({
        sharedWith,
        confined: false,
        inForce: ["process", "node-permission"],
        missing: ["seccomp", "no_new_privs", "rlimits", "landlock", "namespaces"],
      });
      expect(opened.diagnostics).toEqual([]);
    },
  );

  test.runIf(process.platform === "linux")("are started with it, each", async () => {
    const before = new Set(descendants(process.pid));
    await using opened = openDriverOf(createUnconfinedDriverFactory({ idleTimeMs: 0, maxCells: 1 }));
    let seen: string[][] = [];
    const onStdio = (): void => {
      const cells = descendants(process.pid).filter((pid) => !before.has(pid) && existsSync(`/proc/${pid}/cmdline`));
      seen = cells.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0"));
    };
    await opened.exec("console.log('here')", { onStdio });
    expect(seen).toHaveLength(1);
    const entry = seen[0]?.find((word) => !word.startsWith("--") && word.endsWith("permission-main.mjs")) ?? "";
    expect(seen[0]).toEqual(expect.arrayContaining([...permissionOptions(entry)]));
    const grants = seen[0]?.filter((word) => word.startsWith("--allow")) ?? [];
    expect(grants.sort()).toEqual(["--allow-addons", `--allow-fs-read=${entry}`]);
  });

  test("run no program where confinement is required", async () => {
    await using opened = openDriverOf(createUnconfinedDriverFactory({ confinement: "required", idleTimeMs: 0 }));
    await expect(opened.exec("1")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      detail: { reason: "unconfined" },
    });
    expect(await opened.driver.isolation?.()).toMatchObject({
      confined: false,
      inForce: ["process", "node-permission"],
    });
  });
});
