import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { hostileCommand, openCommandedDriver } from "./open-commanded-driver.ts";
import { openDriver } from "./open-driver.ts";

const isConfinable = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);

/** A driver that requires confinement of cells that behave so. */
const openStrict = (behaviour: string) => openCommandedDriver(hostileCommand(behaviour), true);

describe("what a driver says of its isolation", () => {
  test.runIf(isConfinable).each([
    ["runtime", "runtime"],
    ["run", "nothing"],
    ["shared", "runtimes"],
  ] as const)("where cells are shared by %s: the kernel holds them", async (isolation, sharedWith) => {
    await using opened = openDriver({ cells: "process", isolation });
    const report = await opened.driver.isolation?.();
    expect(report).toMatchObject({ sharedWith, confined: true });
    expect(report?.inForce).toEqual(expect.arrayContaining(["process", "seccomp", "no_new_privs", "rlimits"]));
    expect(report).not.toHaveProperty("problem");
    // The second answer starts nothing.
    const { cellsStarted } = opened.driver.status?.() ?? {};
    expect(await opened.driver.isolation?.()).toMatchObject({ sharedWith, inForce: report?.inForce });
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted, running: 0 });
    // The cell that was asked goes on waiting, with its guest.
    await sleep(1000);
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 0 });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
    expect(opened.diagnostics).toEqual([]);
  });

  test("is refused after disposal", async () => {
    const opened = openDriver({ cells: "process" });
    await opened[Symbol.asyncDispose]();
    await expect(opened.driver.isolation?.()).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test("inline: nothing but V8 holds a guest", async () => {
    await using opened = openDriver({ cells: "inline" });
    expect(await opened.driver.isolation?.()).toMatchObject({ sharedWith: "host", confined: false, inForce: [] });
  });

  test("of cells that end before they answer: a coded error", async () => {
    await using opened = openStrict("exits before it is ready");
    await expect(opened.driver.isolation?.()).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      detail: { reason: "no-cell" },
    });
  });
});

describe("where confinement is required", () => {
  test.runIf(isConfinable)("programs run in cells that the kernel has confined, copies among them", async () => {
    await using opened = openDriver({ cells: "process", confinement: "required", maxCells: 1 });
    for (let run = 0; run < 4; run += 1) expect(await opened.output("console.log('ran')")).toBe("ran\n");
    expect(await opened.driver.isolation?.()).toMatchObject({ confined: true });
  });

  test("a run is refused by a cell that is not confined, with what the kernel said", async () => {
    await using opened = openStrict("is not confined, says so and ends");
    await expect(opened.exec("1")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      detail: {
        reason: "unconfined",
        problem: "no cell is confined, which is required: seccomp failed: Operation not permitted",
      },
    });
    expect(opened.diagnostics.map(({ code }) => code)).toEqual(["ERR_CELL_UNCONFINED"]);
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted: 1 });
  });

  test.each(["says twice that it is confined", "is confined when its guest has started"])(
    "a cell that %s is killed, and its run is a crash",
    async (behaviour) => {
      await using opened = openStrict(behaviour);
      expect((await opened.exec("1")).outcome).toMatchObject({ kind: "crashed" });
    },
  );
});
