import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "@vivarium/core";
import { afterEach, describe, expect, test } from "vitest";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { cellCommand } from "../../src/process/cell-command.ts";
import { CellPool } from "../../src/process/cell-pool.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { spawnedBy } from "../../src/process/spawned-process.ts";
import { RunStart } from "../../src/run-start.ts";

const stub = fileURLToPath(new URL("./hostile-zygote.ts", import.meta.url));
const pools: CellPool[] = [];
const diagnostics: Diagnostic[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
  diagnostics.length = 0;
});

interface PoolUnderTest {
  readonly pool: CellPool;
  /** Whether it can have copies. */
  readonly isWarm: () => boolean;
}

/** A pool whose zygote behaves so. */
function makePool(...behaviour: string[]): PoolUnderTest {
  const args = ["--conditions=@vivarium/source", stub, ...behaviour];
  const zygote = new SharedZygote({ command: { execPath: process.execPath, args }, guestsPerCopy: 1, idleTimeMs: 0 });
  const pool = new CellPool({
    launch: spawnedBy(cellCommand({ installation: assertEngine() })),
    zygote,
    maxCells: 1,
    waitingCells: 0,
    runsPerCell: Number.POSITIVE_INFINITY,
    cellIdleTimeMs: Number.POSITIVE_INFINITY,
    warmUp: false,
    guestKind: "node 32",
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  pools.push(pool);
  return { pool, isWarm: () => zygote.with("node 32") !== undefined };
}

/** One whose zygote has said that copies can be had. */
async function warmPool(...behaviour: string[]): Promise<CellPool> {
  const { pool, isWarm } = makePool(...behaviour);
  pool.release(await pool.acquire("node 32", new RunStart()), false);
  await expect.poll(isWarm, { timeout: 15_000 }).toBe(true);
  return pool;
}

describe.runIf(process.platform === "linux")("a pool of cells", () => {
  test("has copies for what comes after a program that stays, as after a run", async () => {
    const { pool, isWarm } = makePool("makes copies that end at once");
    const cell = await pool.acquire("node 32", new RunStart());
    expect(isWarm()).toBe(false);
    pool.stays();
    await expect.poll(isWarm, { timeout: 15_000 }).toBe(true);
    pool.release(cell, true);
  });

  test("spawns a cell for a run to which no copy gets through", async () => {
    const pool = await warmPool("makes copies that end at once");
    const cell = await pool.acquire("node 32", new RunStart());
    expect(cell.isCopy).toBe(false);
    expect(cell.dead).toBe(false);
    pool.release(cell, false);
  });

  test.each(["speaks nonsense", "tells of a copy that nobody asked for", "names a copy twice"])(
    "does without a zygote that %s, and says so",
    async (behaviour) => {
      const pool = await warmPool(behaviour);
      const cell = await pool.acquire("node 32", new RunStart());
      expect(cell.isCopy).toBe(false);
      pool.release(cell, false);
      expect(diagnostics).toContainEqual({
        code: "ERR_CELL_FAILED",
        message: "Cannot run a cell: the process that cells are copied from: it broke the rules of its channel",
      });
    },
  );

  test.each(["host", "another child of the host"])(
    "ends no process that its zygote takes for a copy: %s",
    async (who) => {
      const bystander = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
        stdio: ["pipe", "ignore", "ignore"],
      });
      try {
        const pid = who === "host" ? process.pid : bystander.pid;
        const pool = await warmPool("takes another process for a copy", `${pid}`);
        void pool.acquire("node 32", new RunStart()).catch(() => undefined);
        await pool.dispose();
        bystander.stdin?.end();
        expect(await once(bystander, "exit")).toEqual([0, null]);
      } finally {
        bystander.kill();
      }
    },
  );
});
