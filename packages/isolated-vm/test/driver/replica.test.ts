import { setTimeout as sleep } from "node:timers/promises";
import { allowAllFs } from "@vivarium/core";
import type { InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import { everything } from "./everything-done-to-files.ts";
import { openDriver } from "./open-driver.ts";
import {
  isReplicated,
  probed,
  type ReplicatedCells,
  untilReplicated,
  useReplicatedDrivers,
} from "./replicated-driver.ts";

const namesAndContents = (filesystem: InMemoryFileSystem): unknown =>
  filesystem.snapshot().entries.map((entry) => ({
    ...entry,
    atimeMs: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    birthtimeMs: 0,
    ...("content" in entry ? { content: Buffer.from(entry.content).toString() } : {}),
  }));

const kinds: readonly ReplicatedCells[] = process.platform === "linux" ? ["process", "worker"] : ["worker"];

describe.each(kinds)("a %s cell with a replica of its guest's filesystem", (cells) => {
  const open = useReplicatedDrivers(cells);

  test("does with files what the host would do, and the host has done the same when the run is over", async () => {
    const [own, hosts] = [probed(), probed()];
    await using replicated = open(own, allowAllFs.fs);
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
    await using opened = open(filesystem, allowAllFs.fs);
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
    await using opened = open(filesystem, allowAllFs.fs);
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
    await using opened = open(filesystem, allowAllFs.fs);
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
    await using opened = open(filesystem, allowAllFs.fs);
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
    await using opened = open(filesystem, allowAllFs.fs);
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
