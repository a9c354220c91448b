import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ComparedPaths } from "../../src/files/compared-paths.ts";
import { type HostCalls, promptCalls } from "../../src/files/host-calls.ts";
import { reading } from "../../src/files/host-content.ts";
import { HostFiles } from "../../src/files/host-files.ts";
import { DeviceNumbers } from "../../src/files/host-stat.ts";
import { type HostFolder, makeHostFolder } from "./fixtures/host-folder.ts";
import { openFlags } from "./fixtures/tree-operations.ts";

const MIB = 2 ** 20;
const piece = Buffer.alloc(MIB, "x");

/** Calls that say which they are: they would have been made on a thread of the pool. */
function recorded(calls: string[]): HostCalls {
  return new Proxy(promptCalls, {
    get: (target, name: keyof HostCalls) => {
      calls.push(name);
      return target[name];
    },
  });
}

describe("A directory of the host leaves to the thread pool", () => {
  let calls: string[];
  const open = (): { readonly folder: HostFolder; readonly files: HostFiles } => {
    const folder = makeHostFolder();
    const paths = new ComparedPaths(folder.root, promptCalls);
    const host = { paths, brief: promptCalls, long: recorded(calls), devices: new DeviceNumbers(), readOnly: false };
    return { folder, files: new HostFiles("host directory", host) };
  };
  beforeEach(() => {
    calls = [];
  });

  it("to close what much was written to, and none that was only read or hardly written to", async () => {
    const { folder, files } = open();
    using _ = folder;
    const written = await files.open("/file", openFlags.w, 0o600);
    for (let index = 0; index < 3; index += 1) await written.write(piece, index * MIB);
    expect(calls).toEqual([]);
    await written.close();
    expect(calls).toEqual(["close"]);
    calls.length = 0;
    const read = await files.open("/file", reading, 0);
    await read.read(piece, 0);
    await read.close();
    const touched = await files.open("/file", openFlags["r+"], 0);
    await touched.write(piece.subarray(0, 10), 0);
    await touched.close();
    await files.pwrite("/file", 0, piece.subarray(0, 10));
    expect(calls).toEqual([]);
    await files.writeFile("/file", Buffer.alloc(2 * MIB));
    expect([...new Set(calls)]).toEqual(["write", "close"]);
  });

  it("long pieces of a file to which much was written, and no short ones", async () => {
    const { folder, files } = open();
    using _ = folder;
    const file = await files.open("/file", openFlags.w, 0o600);
    for (let index = 0; index <= 64; index += 1) await file.write(piece, 0);
    expect(calls).toEqual([]);
    await file.write(piece.subarray(0, 1024), 0);
    expect(calls).toEqual([]);
    await file.write(piece, 0);
    expect(calls).toEqual(["write"]);
    await file.close();
  });

  it("to have what was written take the place of another file", async () => {
    const { folder, files } = open();
    using _ = folder;
    fs.writeFileSync(join(folder.root, "written"), Buffer.alloc(MIB + 1));
    await files.writeFile("/small", "x");
    await files.rename("/written", "/small");
    expect(calls).toEqual(["rename"]);
  });

  it("to free what a large file holds: when it is emptied, shortened, replaced, removed, or closed without a name", async () => {
    const { folder, files } = open();
    using _ = folder;
    const large = (): void => {
      fs.writeFileSync(join(folder.root, "large"), "");
      // It holds nothing, but nobody looks at that.
      fs.truncateSync(join(folder.root, "large"), 65 * MIB);
      calls.length = 0;
    };
    large();
    await (await files.open("/large", openFlags.w, 0)).close();
    expect(calls).toEqual(["ftruncate"]);
    large();
    await files.truncate("/large", 1);
    expect(calls).toEqual(["ftruncate"]);
    large();
    await files.writeFile("/small", "x");
    await files.rename("/small", "/large");
    expect(calls).toEqual(["rename"]);
    calls.length = 0;
    await files.rename("/large", "/free");
    await files.writeFile("/other", "x");
    await files.rename("/other", "/free");
    expect(calls).toEqual([]);
    large();
    const file = await files.open("/large", reading, 0);
    await files.removeFile("/large");
    expect(calls).toEqual(["unlink"]);
    await file.close();
    expect(calls).toEqual(["unlink", "close"]);
  });
});
