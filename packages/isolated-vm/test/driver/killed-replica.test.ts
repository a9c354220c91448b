import { setTimeout as sleep } from "node:timers/promises";
import { allowAllFs } from "@vivarium/core";
import type { InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import type { OpenDriver } from "./open-driver.ts";
import { copies, probed, untilCopied, useReplicatedDrivers } from "./replicated-driver.ts";

interface Replicated {
  readonly opened: OpenDriver;
  readonly filesystem: InMemoryFileSystem;
}

/** Programs that find themselves without a replica, one after the other, before none is expected to have one any more. */
const MOST_UNREPLICATED = 20;

/**
 * Runs a program that writes without end in a cell with a replica, and kills that cell when it is time. A run may also get
 * a cell that is no copy, while there is no zygote yet: its program ends itself, and the next is tried.
 */
async function killAmid(
  { opened, filesystem }: Replicated,
  program: string,
  moment: () => Promise<void>,
): Promise<void> {
  const hosts = filesystem.stat("/probe").ino;
  const code = `if (require("fs").statSync("/probe").ino === ${hosts}) process.exit(9); console.log("replica"); ${program}`;
  for (let attempt = 0; attempt < MOST_UNREPLICATED; attempt += 1) {
    const { outcome } = await opened.exec(code, {
      onStdio: async () => {
        await moment();
        for (const cell of copies()) process.kill(cell, "SIGKILL");
      },
    });
    if (outcome.kind === "exited") continue;
    expect(outcome.kind).toBe("crashed");
    return;
  }
  throw new Error("No cell has a replica");
}

describe.skipIf(process.platform !== "linux")("a cell with a replica of its guest's filesystem", () => {
  const open = useReplicatedDrivers("process");

  test("is killed while it writes: the host has all up to some write, and nothing after it", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    for (let round = 0; round < 5; round += 1) {
      await killAmid(
        { opened, filesystem },
        `const fs = require("fs");
         for (let index = 0; ; index += 1) {
           fs.writeFileSync("/storm" + index, String(index).padStart(1000));
           if (index > 0) fs.unlinkSync("/storm" + (index - 1));
           fs.appendFileSync("/log", index + " ");
         }`,
        async () => {
          while (!filesystem.exists("/log")) await sleep(1);
          await sleep(10 * round);
        },
      );
      const log = filesystem.readTextFile("/log").trim().split(" ").map(Number);
      expect(log).toEqual(log.map((_, index) => index));
      const last = log.at(-1) ?? Number.NaN;
      const left = filesystem.readDir("/").filter((name) => name.startsWith("storm"));
      // Each turn of the loop writes one, removes the one before, and tells: the kill has come after one of the three.
      expect([[`storm${last}`], [`storm${last}`, `storm${last + 1}`], [`storm${last + 1}`]]).toContainEqual(
        left.sort((one, other) => Number(one.slice(5)) - Number(other.slice(5))),
      );
      for (const name of left) {
        expect(filesystem.readTextFile(`/${name}`)).toBe(name.slice(5).padStart(1000));
        filesystem.removeFile(`/${name}`);
      }
      filesystem.removeFile("/log");
    }
  });

  test("is killed while it replaces files by renaming and writes to several: the host has all up to some call", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    for (let round = 0; round < 4; round += 1) {
      await killAmid(
        { opened, filesystem },
        `const fs = require("fs");
         fs.mkdirSync("/storm");
         const logs = ["/storm/one", "/storm/two"].map((path) => fs.openSync(path, "w"));
         for (let index = 0; ; index += 1) {
           fs.writeSync(logs[0], index + " ");
           fs.writeFileSync("/storm/new", String(index).padStart(5000));
           fs.renameSync("/storm/new", "/storm/slot" + (index % 3));
           fs.writeSync(logs[1], index + " ");
         }`,
        async () => {
          while (!filesystem.exists("/storm/slot2")) await sleep(1);
          await sleep(15 * round);
        },
      );
      const turnsIn = (name: string): number => {
        const turns = filesystem.readTextFile(`/storm/${name}`).trim().split(" ").map(Number);
        expect(turns).toEqual(turns.map((_, index) => index));
        return turns.length;
      };
      const [begun, ended] = [turnsIn("one"), turnsIn("two")];
      const files = filesystem.readDir("/storm").filter((name) => name === "new" || name.startsWith("slot"));
      const contents = Object.fromEntries(files.map((name) => [name, filesystem.readTextFile(`/storm/${name}`)]));
      const after = (turns: number): Record<string, string> =>
        Object.fromEntries([1, 2, 3].map((back) => [`slot${(turns - back) % 3}`, String(turns - back).padStart(5000)]));
      const written = { ...after(ended), new: String(ended).padStart(5000) };
      expect(begun === ended ? [after(ended)] : [after(ended), written, after(ended + 1)]).toContainEqual(contents);
      expect([ended, ended + 1]).toContain(begun);
      for (const name of filesystem.readDir("/storm")) filesystem.removeFile(`/storm/${name}`);
      filesystem.removeDir("/storm");
    }
  });
});
