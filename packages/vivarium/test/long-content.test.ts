import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FileSystem,
  NodeRuntime,
  type OpenFile,
} from "../src/index.ts";

const MIB = 2 ** 20;
const BYTES = 3 * MIB + 17;
const content = Buffer.alloc(BYTES, "long content, piece by piece; ");
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** One for all: what cells are copied from is made once. */
const runtimeDriverFactory = createNodeRuntimeDriverFactory();

interface WatchedDriver {
  readonly filesystem: FileSystem;
  readonly memory: ReturnType<typeof createInMemoryFileSystem>;
  /** The longest content that the driver was asked to move at once, in bytes. */
  longest(): number;
}

/** Files in memory behind a driver that opens files, or one that knows whole files only. */
function watchedDriver(opensFiles: boolean): WatchedDriver {
  const memory = createInMemoryFileSystem();
  memory.writeFile("/long", content);
  let most = 0;
  const moved = (bytes: number): void => {
    most = Math.max(most, bytes);
  };
  const watched = (file: OpenFile): OpenFile => ({
    stat: () => file.stat(),
    read: (buffer, position) => {
      moved(buffer.length);
      return file.read(buffer, position);
    },
    write: (data, position) => {
      moved(data.length);
      return file.write(data, position);
    },
    truncate: (size) => file.truncate(size),
    chmod: (mode) => file.chmod(mode),
    chown: (uid, gid) => file.chown(uid, gid),
    utimes: (atimeMs, mtimeMs) => file.utimes(atimeMs, mtimeMs),
    sync: () => file.sync(),
    close: () => file.close(),
  });
  const filesystem: FileSystem = {
    readFile: (path) => {
      const found = memory.readFile(path);
      moved(found.length);
      return found;
    },
    writeFile: (path, data, options) => {
      moved(data.length);
      memory.writeFile(path, data, options);
    },
    readDirWithTypes: (path) => [...memory.readDirWithTypes(path)].reverse(),
    mkdir: (path, options) => memory.mkdir(path, options),
    stat: (path) => memory.stat(path),
    lstat: (path) => memory.lstat(path),
    removeFile: (path) => memory.removeFile(path),
    removeDir: (path) => memory.removeDir(path),
    rename: (from, to) => memory.rename(from, to),
    ...(opensFiles ? { open: async (path, flags, mode) => watched(memory.open(path, flags, mode)) } : {}),
  };
  return { filesystem, memory, longest: () => most };
}

/** Runs a program that says what it found. `fs` is there. */
async function found(filesystem: FileSystem, code: string): Promise<unknown> {
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
    runtimeDriverFactory,
    openFilesLimit: 4,
  });
  const result = await runtime.run(`const fs = require("node:fs"); module.exports = (() => { ${code} })();`);
  if (result.code !== 0) throw new Error(result.errorMessage);
  return result.exports;
}

describe("long content crosses", () => {
  const readers = [
    ["readFileSync", `return fs.readFileSync("/long")`],
    ["readFileSync of text", `return Buffer.from(fs.readFileSync("/long", "utf8"))`],
    ["readFileSync of a descriptor", `return fs.readFileSync(fs.openSync("/long"))`],
    ["readFileSync with flags", `return fs.readFileSync("/long", { flag: "r+" })`],
    ["readSync", `const b = Buffer.alloc(${BYTES + 9}); return b.subarray(0, fs.readSync(fs.openSync("/long"), b))`],
  ] as const;

  test.each(readers)("in pieces, and whole, when %s reads it", async (_name, code) => {
    const { filesystem, longest } = watchedDriver(true);
    expect(digest((await found(filesystem, code)) as Uint8Array)).toBe(digest(content));
    expect(longest()).toBeLessThanOrEqual(MIB);
  });

  const writers = [
    ["writeFileSync", `fs.writeFileSync("/new", fs.readFileSync("/long"))`],
    ["writeFileSync of text", `fs.writeFileSync("/new", fs.readFileSync("/long", "utf8"))`],
    ["text by descriptor", `fs.writeFileSync(fs.openSync("/new", "w"), fs.readFileSync("/long", "utf8"))`],
    ["writeSync", `fs.writeSync(fs.openSync("/new", "w"), fs.readFileSync("/long"))`],
    ["appendFileSync", `fs.appendFileSync("/new", fs.readFileSync("/long"))`],
    ["copyFileSync", `fs.copyFileSync("/long", "/new")`],
  ] as const;

  test.each(writers)("in pieces, and whole, when %s writes it", async (_name, code) => {
    const { filesystem, memory, longest } = watchedDriver(true);
    await found(filesystem, code);
    expect(digest(memory.readFile("/new"))).toBe(digest(content));
    expect(longest()).toBeLessThanOrEqual(MIB);
  });

  test("to and from a driver of whole files, too", async () => {
    const { filesystem, memory } = watchedDriver(false);
    await found(filesystem, `fs.writeFileSync("/new", fs.readFileSync("/long")); fs.copyFileSync("/new", "/third")`);
    expect(digest(memory.readFile("/third"))).toBe(digest(content));
  });

  test("without leaving a descriptor open", async () => {
    const { filesystem } = watchedDriver(true);
    const code = `for (let i = 0; i < 12; i++) fs.readFileSync("/long"); return fs.openSync("/long")`;
    expect(await found(filesystem, code)).toBe(3);
  });
});

test("a copy over another name of the same file leaves it as it is", async () => {
  const { filesystem, memory } = watchedDriver(true);
  memory.link("/long", "/other");
  await found(filesystem, `fs.copyFileSync("/long", "/other")`);
  expect(digest(memory.readFile("/long"))).toBe(digest(content));
});

test("a directory is listed in the order of its names, whatever the order of its driver", async () => {
  const { filesystem, memory } = watchedDriver(true);
  memory.mkdir("/many");
  for (let index = 0; index < 2_500; index += 1) memory.writeFile(`/many/${String(index).padStart(4, "0")}`, "");
  const names = (await found(filesystem, `return fs.readdirSync("/many")`)) as string[];
  expect(names).toHaveLength(2_500);
  expect(names).toEqual([...names].sort());
});

test("content that is longer than a message of the guest may be is refused, and the figure said", async () => {
  const { filesystem } = watchedDriver(true);
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
    runtimeDriverFactory,
    memoryLimit: 16,
    processOverheadLimit: 1024,
  });
  const { exports, errorMessage } = await runtime.run(`
    const fs = require("node:fs");
    const bytes = new Uint8Array(new WebAssembly.Memory({ initial: 16 * 100 }).buffer);
    const fd = fs.openSync("/new", "w");
    const write = (length) => { try { return fs.writeSync(fd, bytes, 0, length) } catch (error) { return error.message } };
    module.exports = [write(bytes.length), write(${MIB})];`);
  expect(errorMessage).toBeUndefined();
  const reason = `no call to the host carries more than ${80 * MIB} bytes`;
  expect(exports).toEqual([`EFBIG: file too large, write (${reason})`, MIB]);
});
