import { afterAll, expect, it } from "vitest";
import {
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";

const filesystem = createInMemoryFileSystem();
for (const path of ["/box", "/box/inner", "/outside"]) await filesystem.mkdir(path);
await filesystem.writeFile("/outside/secret", "secret");
await filesystem.writeFile("/box/inner/file", "content");
for (const [target, path] of [
  ["/outside", "absolute"],
  ["../outside", "relative"],
  ["inner/../../outside", "inner-and-out"],
  ["inner", "within"],
  ["loop", "loop"],
] as const) {
  await filesystem.symlink(target, `/box/${path}`);
}
const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem, permissions: { fs: () => true } }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});
afterAll(() => runtime.dispose());

/** Calls WASI from JavaScript, with a memory that no program has: `put` and `text` write to it and read from it. */
async function exportsOf(program: string): Promise<unknown> {
  const { exports, errorMessage } = await runtime.run(`
    const { WASI } = require("node:wasi");
    const wasi = new WASI({ version: "preview1", args: ["a", "é"], env: { A: "1" }, preopens: { "/": "/box" } });
    const calls = wasi.wasiImport;
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 4 });
    wasi.finalizeBindings({ exports: { memory } });
    const view = () => new DataView(memory.buffer);
    const text = (at, length) => Buffer.from(memory.buffer, at, length).toString();
    const number = (at) => view().getUint32(at, true);
    const put = (value, at = 1024) => Buffer.from(memory.buffer).write(value, at);
    const ALL = (1n << 29n) - 1n;
    const open = (path, { follow = 1, how = 0, rights = 2n } = {}) =>
      calls.path_open(3, follow, 1024, put(path), how, rights, ALL, 0, 16) || -number(16);
    ${program}`);
  expect(errorMessage).toBeUndefined();
  return exports;
}

const ENOTCAPABLE = 76;

it("reads and writes files beneath the directories that it was given", async () => {
  expect(
    await exportsOf(`
      const fd = -open("new", { how: 1, rights: 2n | 4n | 32n | 64n });
      view().setUint32(0, 2048, true);
      view().setUint32(4, put("written", 2048), true);
      module.exports = [calls.fd_write(fd, 0, 1, 8), number(8), calls.fd_seek(fd, 2n, 0, 8), calls.fd_read(fd, 0, 1, 12), number(12)];
      module.exports.push(text(2048, 5), calls.fd_tell(fd, 8), number(8), calls.fd_close(fd), calls.fd_close(fd));
      module.exports.push(require("fs").readFileSync("/box/new", "utf8"));
    `),
  ).toEqual([0, 7, 0, 0, 5, "itten", 0, 7, 0, 8, "written"]);
});

it("is led out of them by no path and no link", async () => {
  expect(
    await exportsOf(`
      const paths = ["../outside/secret", "/outside/secret", "inner/../../outside/secret", "absolute/secret", "relative/secret", "inner-and-out/secret", "within/../relative/secret", "absolute"];
      module.exports = [paths.map((path) => open(path)), open("loop"), open("within/file") < 0, open("a\\0b"), open("")];
      const at = (path) => [3, 1024, put(path)];
      module.exports.push([
        calls.path_symlink(512, put("/outside", 512), ...at("made")),
        calls.path_unlink_file(...at("relative/secret")),
        calls.path_rename(...at("relative/secret"), 3, 512, put("stolen", 512)),
        calls.path_link(3, 1, ...at("absolute/secret").slice(1), 3, 512, put("stolen", 512)),
        calls.path_create_directory(...at("relative/made")),
        calls.path_filestat_get(3, 1, ...at("absolute").slice(1), 0),
      ]);
      module.exports.push(require("fs").readdirSync("/box").includes("stolen"));
    `),
  ).toEqual([
    Array.from({ length: 8 }, () => ENOTCAPABLE),
    32,
    true,
    28,
    28,
    Array.from({ length: 6 }, () => ENOTCAPABLE),
    false,
  ]);
  expect(await filesystem.readTextFile("/outside/secret")).toBe("secret");
});

it("is led out of them by no directory that has become a link while it was open", async () => {
  expect(
    await exportsOf(`
      const at = (path, to = 1024) => [to, put(path, to)];
      calls.path_create_directory(3, ...at("home"));
      const home = -open("home", { how: 2, rights: ALL });
      module.exports = [
        calls.path_open(home, 1, ...at("none"), 0, 2n, 0n, 0, 16),
        calls.path_rename(3, ...at("home"), 3, ...at("moved", 512)),
        calls.path_symlink(...at("../outside", 512), 3, ...at("home")),
        calls.path_open(home, 1, ...at("secret"), 0, 2n, 0n, 0, 16),
        calls.path_unlink_file(home, ...at("secret")),
        calls.path_rename(home, ...at("secret"), 3, ...at("stolen", 512)),
        calls.path_unlink_file(3, ...at("home")),
        calls.path_symlink(...at("inner", 512), 3, ...at("home")),
        calls.path_open(home, 1, ...at("file"), 0, 2n, 0n, 0, 16),
      ];
    `),
  ).toEqual([44, 0, 0, ENOTCAPABLE, ENOTCAPABLE, ENOTCAPABLE, 0, 0, 0]);
  expect(await filesystem.readTextFile("/outside/secret")).toBe("secret");
});

it("neither makes nor empties a file through a directory that it may only read from", async () => {
  expect(
    await exportsOf(`
      calls.fd_fdstat_set_rights(3, 1n << 13n, 2n | 4n);
      const [CREATE, TRUNCATE] = [1, 8];
      module.exports = [open("created", { how: CREATE }), open("inner/file", { how: TRUNCATE }), open("inner/file") < 0];
      module.exports.push(require("fs").readFileSync("/box/inner/file", "utf8"), require("fs").existsSync("/box/created"));
    `),
  ).toEqual([ENOTCAPABLE, ENOTCAPABLE, true, "content", false]);
});

it("does no more with a descriptor than that is good for", async () => {
  expect(
    await exportsOf(`
      const fd = -open("inner/file");
      view().setUint32(0, 2048, true);
      view().setUint32(4, 5, true);
      module.exports = [calls.fd_write(fd, 0, 1, 8), calls.fd_filestat_set_size(fd, 0n), calls.fd_read(fd, 0, 1, 8), text(2048, number(8))];
      module.exports.push(calls.fd_fdstat_set_rights(fd, ALL, 0n), calls.fd_fdstat_set_rights(fd, 0n, 0n), calls.fd_read(fd, 0, 1, 8));
      module.exports.push(calls.fd_read(99, 0, 1, 8), calls.sock_shutdown(1, 0), require("fs").readFileSync("/box/inner/file", "utf8"));
    `),
  ).toEqual([76, 76, 0, "conte", 76, 0, 76, 8, 57, "content"]);
});

it("takes no address outside of the program's memory, and no junk", async () => {
  expect(
    await exportsOf(`
      const end = memory.buffer.byteLength;
      const OUT = [end, end - 1, 2 ** 32 - 1, -1];
      module.exports = OUT.flatMap((at) => [
        calls.args_get(at, 0), calls.environ_sizes_get(0, at), calls.random_get(at, 64), calls.clock_time_get(0, 0n, at),
        calls.fd_prestat_get(3, at), calls.path_open(3, 0, at, 64, 0, 0n, 0n, 0, 0), calls.fd_readdir(3, at, 64, 0n, 0),
        calls.poll_oneoff(at, 0, 2 ** 20, 0),
      ]).filter((answer) => answer !== 61);
      const junk = [undefined, null, "1", {}, 1.5, NaN, 1n, -1, 2 ** 53, Symbol("s")];
      const answers = Object.keys(calls).filter((name) => name !== "proc_exit").flatMap((name) =>
        junk.map((one) => calls[name](...Array(9).fill(one))));
      module.exports.push(answers.every((answer) => Number.isInteger(answer)), memory.buffer.byteLength === end);
    `),
  ).toEqual([true, true]);
});

it("tells the program of its start, its clocks and its end", async () => {
  expect(
    await exportsOf(`
      module.exports = [calls.args_sizes_get(0, 4), number(0), number(4), calls.args_get(8, 64), text(64, 5)];
      module.exports.push(calls.environ_get(8, 64), text(64, 4), calls.clock_time_get(9, 0n, 8), calls.proc_raise(9));
      module.exports.push(Math.abs(Number((calls.clock_time_get(0, 0n, 8), view().getBigUint64(8, true))) / 1e6 - Date.now()) < 10_000);
      const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 1, 127, 0, 96, 0, 0, 2, 36, 1, 22, ...Buffer.from("wasi_snapshot_preview1"), 9, ...Buffer.from("proc_exit"), 0, 0, 3, 2, 1, 1, 5, 3, 1, 0, 1, 7, 19, 2, 6, ...Buffer.from("memory"), 2, 0, 6, ...Buffer.from("_start"), 0, 1, 10, 8, 1, 6, 0, 65, 7, 16, 0, 11];
      const other = new WASI({ version: "preview1" });
      module.exports.push(other.start(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytes)), other.getImportObject())));
      try { new WASI({ version: "preview1" }).wasiImport.sched_yield(); } catch ({ code }) { module.exports.push(code); }
      try { new WASI({ version: "preview1", preopens: { "/": "/none" } }); } catch ({ code }) { module.exports.push(code); }
    `),
  ).toEqual([0, 2, 5, 0, "a\0é\0", 0, "A=1\0", 28, 52, true, 7, "ERR_WASI_NOT_STARTED", "UVWASI_ENOENT"]);
});
