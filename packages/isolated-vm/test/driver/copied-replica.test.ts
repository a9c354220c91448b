import { allowAllFs, allowPaths, type FsAccessRequest, type PermissionCheck } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { isReplicated, probed, untilCopied, useReplicatedDrivers } from "./replicated-driver.ts";

describe.skipIf(process.platform !== "linux")("the replica of a cell that is a copy", () => {
  const open = useReplicatedDrivers("process");

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
});
