import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { allowAllFs, allowPaths, type FsAccessRequest, type PermissionCheck } from "@vivarium/core";
import { createInMemoryFileSystem, type InMemoryFileSystem, type InMemoryFileSystemOptions } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import { type OpenDriver, openDriver } from "./open-driver.ts";

/** A filesystem in which the inode of `/probe` has a number that it has in no replica. */
function probed(options: InMemoryFileSystemOptions = {}): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem(options);
  const names = Array.from({ length: 50 }, (_, index) => `/${index}`);
  for (const name of names) filesystem.writeFile(name, "");
  filesystem.writeFile("/probe", "");
  for (const name of names) filesystem.removeFile(name);
  return filesystem;
}

type Cells = "process" | "worker";

const open = (
  filesystem: InMemoryFileSystem,
  check: PermissionCheck<FsAccessRequest> | undefined,
  cells: Cells = "process",
): OpenDriver =>
  openDriver(
    { cells, maxCells: 2, waitingCells: 1 },
    { filesystem, permissions: check === undefined ? {} : { fs: check } },
  );

const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

/** Runs programs until they get copies of a zygote, which alone have replicas among processes. */
async function untilCopied(opened: OpenDriver): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    await opened.exec("1");
    if (childrenOf(process.pid).some((child) => childrenOf(child).length > 0)) break;
    await sleep(50);
  }
  await opened.exec("1");
}

/** Whether a guest is served from a replica at present. */
async function isReplicated(opened: OpenDriver, filesystem: InMemoryFileSystem): Promise<boolean> {
  const told = await opened.output("console.log(require('fs').statSync('/probe').ino)");
  return Number(told) !== filesystem.stat("/probe").ino;
}

/** Runs programs until they get cells with replicas. */
async function untilReplicated(opened: OpenDriver, filesystem: InMemoryFileSystem, cells: Cells): Promise<void> {
  if (cells === "process") await untilCopied(opened);
  for (let attempt = 0; attempt < 100; attempt += 1) if (await isReplicated(opened, filesystem)) return;
  throw new Error("No cell has a replica");
}

const namesAndContents = (filesystem: InMemoryFileSystem): unknown =>
  filesystem.snapshot().entries.map((entry) => ({
    ...entry,
    atimeMs: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    birthtimeMs: 0,
    ...("content" in entry ? { content: Buffer.from(entry.content).toString() } : {}),
  }));

/** A little of everything that a program does to files; it prints what it is told. */
const everything = `
const fs = require("fs");
const { join } = require("path");
const told = [];
const tell = (what, action) => {
  try { told.push([what, action() ?? null]); } catch (error) { told.push([what, error.code]); }
};
process.umask(0o027);
tell("mkdir", () => fs.mkdirSync("/work/deep/er", { recursive: true }));
tell("mkdir again", () => fs.mkdirSync("/work"));
process.chdir("/work");
tell("write", () => fs.writeFileSync("file", "text", { mode: 0o666 }));
tell("append", () => fs.appendFileSync("file", " and more"));
tell("exclusive", () => fs.writeFileSync("file", "", { flag: "wx" }));
const fd = fs.openSync("opened", "w+");
const beside = fs.openSync("file", "r");
tell("descriptor", () => fd - beside);
tell("writes", () => [fs.writeSync(fd, "one "), fs.writeSync(fd, "two "), fs.writeSync(fd, "ONE", 0)]);
const middle = Buffer.alloc(3);
tell("read", () => [fs.readSync(fd, middle, 0, 3, 1), middle.toString()]);
tell("read on", () => [fs.readSync(beside, middle), middle.toString(), fs.readSync(beside, middle), middle.toString()]);
tell("truncate", () => fs.ftruncateSync(fd, 6));
tell("attributes", () => [fs.fchmodSync(fd, 0o600), fs.chmodSync("file", 0o640), fs.futimesSync(fd, 1, 2), fs.chownSync("file", 5, 6)].length);
fs.closeSync(beside);
const reused = fs.openSync("deep/reused", "a");
tell("reused", () => reused - beside);
fs.writeSync(reused, "a");
fs.writeSync(reused, "b");
tell("rename", () => fs.renameSync("opened", "deep/moved"));
tell("write after", () => fs.writeSync(fd, "!", 6));
tell("unlink", () => [fs.writeFileSync("gone", "x"), fs.unlinkSync("gone")].length);
tell("links", () => [fs.linkSync("file", "deep/hard"), fs.symlinkSync("../file", "deep/soft")].length);
tell("through", () => fs.readFileSync("deep/soft", "utf8"));
tell("copy", () => fs.copyFileSync("file", "copy"));
tell("rmdir", () => fs.rmdirSync("deep"));
tell("own directory", () => fs.mkdtempSync("/work/own-").length);
tell("list", () => fs.readdirSync("/work").map((name) => name.replace(/^own-.*/, "own")));
tell("stat", () => { const { mode, size, nlink, uid } = fs.statSync("file"); return [mode, size, nlink, uid]; });
tell("missing", () => fs.readFileSync("/none"));
console.log(JSON.stringify(told));
`;

const kinds: readonly Cells[] = process.platform === "linux" ? ["process", "worker"] : ["worker"];

describe.each(kinds)("a %s cell with a replica of its guest's filesystem", (cells) => {
  test("does with files what the host would do, and the host has done the same when the run is over", async () => {
    const [own, hosts] = [probed(), probed()];
    await using replicated = open(own, allowAllFs.fs, cells);
    await untilReplicated(replicated, own, cells);
    expect(await isReplicated(replicated, own)).toBe(true);
    await using inline = openDriver({ cells: "inline" }, { filesystem: hosts, permissions: allowAllFs });
    const told = await replicated.output(everything);
    expect(told).toBe(await inline.output(everything));
    const ownName = /"own-[^"]*"/u;
    const text = (filesystem: InMemoryFileSystem): string =>
      JSON.stringify(namesAndContents(filesystem)).replace(ownName, '"own"');
    expect(text(own)).toBe(text(hosts));
    expect(told).toContain('["through","text and more"]');
    // What the next run finds.
    expect(await replicated.output("console.log(require('fs').readFileSync('/work/deep/moved', 'utf8'))")).toBe(
      "ONE tw!\n",
    );
    expect(replicated.diagnostics).toEqual([]);
  });

  test("shows its guest the times that the embedder sees, however late the host is", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs, cells);
    await untilReplicated(opened, filesystem, cells);
    let told = "";
    const { outcome } = await opened.exec(
      `console.log("busy");
       ${everything}
       const turn = Date.now();
       while (Date.now() < turn + 5);
       fs.mkdirSync("/work/later");
       fs.writeFileSync("/work/later/long", Buffer.alloc(8 * 1024 * 1024));
       fs.renameSync("copy", "later/copy");
       fs.utimesSync("later/copy", 1.5, 1234567890.123456);
       const times = {};
       for (const name of fs.readdirSync("/", { recursive: true })) {
         const { mtimeMs, ctimeMs, birthtimeMs } = fs.lstatSync("/" + name);
         times["/" + name] = [mtimeMs, ctimeMs, birthtimeMs];
       }
       console.log(JSON.stringify({ replica: fs.statSync("/probe").ino, times }));`,
      {
        onStdio: ({ message }) => {
          if (message !== "busy\n") told += message;
          else for (const began = Date.now(); Date.now() < began + 40; );
        },
      },
    );
    expect(outcome).toEqual({ kind: "returned", code: 0 });
    const { replica, times } = JSON.parse(told.trim().split("\n").at(-1) ?? "") as {
      readonly replica: number;
      readonly times: Readonly<Record<string, readonly number[]>>;
    };
    expect(replica).not.toBe(filesystem.stat("/probe").ino);
    expect(Object.keys(times).length).toBeGreaterThan(10);
    const seen = Object.keys(times).map((path) => {
      const { mtimeMs, ctimeMs, birthtimeMs } = filesystem.lstat(path);
      return [path, [mtimeMs, ctimeMs, birthtimeMs]];
    });
    expect(times).toEqual(Object.fromEntries(seen));
    expect(opened.diagnostics).toEqual([]);
  });

  test("heeds what the embedder changes, between two runs and in the middle of one", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs, cells);
    await untilReplicated(opened, filesystem, cells);
    for (const text of ["one", "two"]) {
      filesystem.writeFile("/between", text);
      expect(await opened.output("console.log(require('fs').readFileSync('/between', 'utf8'))")).toBe(`${text}\n`);
    }
    let output = "";
    const { outcome } = await opened.exec(
      `const fs = require("fs");
       const fd = fs.openSync("/log", "w+");
       fs.writeSync(fd, "before ");
       const reader = fs.openSync("/between", "r");
       const bytes = Buffer.alloc(1);
       fs.readSync(reader, bytes);
       const replica = fs.statSync("/probe").ino;
       console.log("ready");
       while (!fs.existsSync("/flag"));
       fs.writeSync(fd, fs.readFileSync("/flag"));
       fs.readSync(reader, bytes);
       console.log(String(bytes), replica !== fs.statSync("/probe").ino, fs.readFileSync("/log", "utf8"));`,
      {
        onStdio: ({ message }) => {
          output += message;
          if (message === "ready\n") filesystem.writeFile("/flag", "after");
        },
      },
    );
    expect(outcome).toEqual({ kind: "returned", code: 0 });
    expect(output).toBe("ready\nw true before after\n");
    expect(filesystem.readTextFile("/log")).toBe("before after");
    expect(opened.diagnostics).toEqual([]);
  });

  test("answers an asynchronous call later, with what was asked for", async () => {
    const filesystem = probed();
    filesystem.writeFile("/long", "x".repeat(1000));
    await using opened = open(filesystem, allowAllFs.fs, cells);
    await untilReplicated(opened, filesystem, cells);
    const told = await opened.output(`
      const fs = require("fs");
      const abort = new AbortController();
      setImmediate(() => abort.abort());
      const reading = fs.promises.readFile("/long", { signal: abort.signal }).catch((error) => error.name);
      const asked = fs.promises.stat("/long");
      let ended = false;
      asked.then(() => { ended = true; });
      (function look() {
        fs.statSync("/probe");
        if (!ended) setImmediate(look);
      })();
      (async () => console.log((await asked).size, await reading))();`);
    expect(told).toBe("1000 AbortError\n");
  });

  test("gives it up for what the host alone does, and goes on", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs, cells);
    await untilReplicated(opened, filesystem, cells);
    const told = await opened.output(`
      const fs = require("fs");
      fs.writeFileSync("/before", "text");
      const replica = fs.statSync("/probe").ino;
      console.log(fs.readFileSync("/made", { encoding: "utf8", flag: "a+" }) === "");
      fs.writeFileSync("/after", fs.readFileSync("/before"));
      console.log(replica !== fs.statSync("/probe").ino);`);
    expect(told).toBe("true\ntrue\n");
    for (const [path, text] of [
      ["/before", "text"],
      ["/after", "text"],
      ["/made", ""],
    ] as const) {
      expect(filesystem.readTextFile(path)).toBe(text);
    }
    const large = "require('fs').writeFileSync('/large', Buffer.alloc(17 * 1024 * 1024, 120))";
    await opened.output(large);
    expect(filesystem.stat("/large").size).toBe(17 * 1024 * 1024);
    expect(opened.diagnostics).toEqual([]);
  });

  test("gives it up for another run on the same files: what is made once is made by one of them", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs, cells);
    await untilReplicated(opened, filesystem, cells);
    const claim = `const fs = require("fs");
      let claimed = 0;
      for (let index = 0; index < 500; index += 1) {
        try { fs.writeFileSync("/claim" + index, "", { flag: "wx" }); claimed += 1; } catch {}
      }
      console.log(claimed);`;
    for (let round = 0; round < 2; round += 1) {
      const claimed = await Promise.all([opened.output(claim), sleep(20 * round).then(() => opened.output(claim))]);
      expect(claimed.map(Number).reduce((sum, count) => sum + count)).toBe(500);
      for (let index = 0; index < 500; index += 1) filesystem.removeFile(`/claim${index}`);
    }
    expect(opened.diagnostics).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("the replica of a cell that is a copy", () => {
  test("has the host repeat what a call has done before it failed", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    const told = await opened.output(
      `const fs = require("fs");
       for (const path of ["/one/two/" + "x".repeat(300) + "/three", "/four/five/../../probe/six"]) {
         try { fs.mkdirSync(path, { recursive: true }); } catch (error) { console.log(error.code); }
       }
       fs.mkdirSync("/one/two/seven");
       console.log(fs.readdirSync("/four"));`,
    );
    expect(told).toBe("ENAMETOOLONG\nENOTDIR\n[ 'five' ]\n");
    expect(["/one/two/seven", "/four/five"].map((path) => filesystem.exists(path))).toEqual([true, true]);
    expect(opened.diagnostics).toEqual([]);
  });

  test("is not there while the embedder has a file open, which takes room that only the host knows of", async () => {
    const filesystem = probed({ maxBytes: 1000 });
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    filesystem.writeFile("/held", "x".repeat(800));
    const no = { write: false, append: false, create: false, exclusive: false, truncate: false };
    const held = filesystem.open("/held", { ...no, read: true, directory: false, noFollow: false }, 0);
    const write = `const fs = require("fs");
      try { fs.rmSync("/held", { force: true }); fs.writeFileSync("/new", "y".repeat(500)); console.log("written"); }
      catch (error) { console.log(error.code); }`;
    expect(await opened.output(write)).toBe("ENOSPC\n");
    held.close();
    expect(await opened.output(write)).toBe("written\n");
    expect(opened.diagnostics).toEqual([]);
  });

  test("ends with the output limit: its guest changes nothing for long after that", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    const { outcome } = await opened.exec(
      `const fs = require("fs");
       fs.writeSync(1, "more than fits");
       for (;;) fs.appendFileSync("/log", ".");`,
      {},
      { outputLimitBytes: 10, cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number.POSITIVE_INFINITY },
    );
    expect(outcome.kind).toBe("output-limit");
  });

  test.each<[string, PermissionCheck<FsAccessRequest>, boolean]>([
    ["rules that allow all that is there", allowPaths({ read: ["/probe", "/workspace/**"] }), true],
    ["rules that deny a file", allowPaths({ read: ["/probe"] }), false],
    ["a function", () => true, false],
  ])("under %s", async (_name, check, expected) => {
    const filesystem = probed();
    filesystem.writeFile("/workspace/file", "text");
    await using opened = open(filesystem, check);
    await untilCopied(opened);
    expect(await isReplicated(opened, filesystem)).toBe(expected);
    const denied = "try { require('fs').writeFileSync('/probe', 'x') } catch (error) { console.log(error.code) }";
    expect(await opened.output(denied)).toBe(check({ op: "write", path: "/probe" }) === true ? "" : "EACCES\n");
  });

  test("under no permissions at all", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, undefined);
    await untilCopied(opened);
    const code = "try { require('fs').readFileSync('/probe') } catch (error) { console.log(error.code) }";
    expect(await opened.output(code)).toBe("EACCES\n");
  });

  test("is killed while it writes: the host has all up to some write, and nothing after it", async () => {
    const filesystem = probed();
    await using opened = open(filesystem, allowAllFs.fs);
    await untilCopied(opened);
    for (let round = 0; round < 5; round += 1) {
      const ending = opened.exec(
        `const fs = require("fs");
         console.log(fs.statSync("/probe").ino);
         for (let index = 0; ; index += 1) {
           fs.writeFileSync("/storm" + index, String(index).padStart(1000));
           if (index > 0) fs.unlinkSync("/storm" + (index - 1));
           fs.appendFileSync("/log", index + " ");
         }`,
        {
          onStdio: async () => {
            while (!filesystem.exists("/log")) await sleep(1);
            await sleep(10 * round);
            for (const cell of childrenOf(process.pid).flatMap(childrenOf)) process.kill(cell, "SIGKILL");
          },
        },
      );
      expect((await ending).outcome.kind).toBe("crashed");
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
      const ending = opened.exec(
        `const fs = require("fs");
         fs.mkdirSync("/storm");
         const logs = ["/storm/one", "/storm/two"].map((path) => fs.openSync(path, "w"));
         console.log("ready");
         for (let index = 0; ; index += 1) {
           fs.writeSync(logs[0], index + " ");
           fs.writeFileSync("/storm/new", String(index).padStart(5000));
           fs.renameSync("/storm/new", "/storm/slot" + (index % 3));
           fs.writeSync(logs[1], index + " ");
         }`,
        {
          onStdio: async () => {
            while (!filesystem.exists("/storm/slot2")) await sleep(1);
            await sleep(15 * round);
            for (const cell of childrenOf(process.pid).flatMap(childrenOf)) process.kill(cell, "SIGKILL");
          },
        },
      );
      expect((await ending).outcome.kind).toBe("crashed");
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
