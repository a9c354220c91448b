// Runs every kind of file operation in an empty working directory, and prints what each comes to. The same program
// runs in Node and in a guest: it prints nothing that may differ between two directories or two moments.
const fs = require("node:fs");
const { AsyncLocalStorage } = require("node:async_hooks");
const { pipeline } = require("node:stream/promises");
const { inspect } = require("node:util");

const { promises } = fs;
const root = process.cwd();
const hide = (text) =>
  String(text)
    .replaceAll(root, "ROOT")
    .replace(/t-\w{6}/g, "t-RANDOM");
const print = (name, text) => process.stdout.write(`${name}: ${hide(text)}\n`);

async function step(name, run) {
  try {
    print(name, inspect(await run(), { depth: 4 }));
  } catch (error) {
    print(
      name,
      `${error.name} ${error.message} ${error.code} ${error.errno} ${error.syscall} ${error.path} ${error.dest}`,
    );
  }
}

const inSync = [
  ["mkdir", () => fs.mkdirSync("a/b/c", { recursive: true })],
  ["mkdir again", () => fs.mkdirSync("a/b/c", { recursive: true })],
  ["write", () => fs.writeFileSync("f", "x")],
  ["mkdir in a file", () => fs.mkdirSync("f/b/c", { recursive: true })],
  ["mkdir over a file", () => fs.mkdirSync("f")],
  ["read a missing file", () => fs.readFileSync("none")],
  ["read a directory", () => fs.readFileSync("a")],
  ["read a directory as text", () => fs.readFileSync("a", "utf8")],
  ["read a wrong descriptor", () => fs.readFileSync(999)],
  ["read no descriptor", () => fs.readSync("3", Buffer.alloc(1))],
  ["write a directory", () => fs.writeFileSync("a", "x")],
  ["copy", () => fs.copyFileSync("f", "copied")],
  ["copy a directory", () => fs.copyFileSync("a", "q")],
  ["copy with a wrong mode", () => fs.copyFileSync("f", "q", -1)],
  ["copy exclusively", () => fs.copyFileSync("f", "copied", fs.constants.COPYFILE_EXCL)],
  ["load a text file", () => process.dlopen({ exports: {} }, `${root}/f`)],
  ["load a directory", () => process.dlopen({ exports: {} }, `${root}/a`)],
  ["load what is below a file", () => process.dlopen({ exports: {} }, `${root}/f/x`)],
  ["load a missing file", () => process.dlopen({ exports: {} }, "none")],
  ["rm a missing file", () => fs.rmSync("none")],
  ["rm a directory", () => fs.rmSync("a")],
  ["rmdir", () => fs.rmdirSync("a")],
  ["readdir", () => fs.readdirSync("none")],
  ["opendir", () => fs.opendirSync("none")],
  ["mkdtemp", () => fs.mkdtempSync("none/a-")],
  ["readlink", () => fs.readlinkSync("f")],
  ["realpath", () => fs.realpathSync.native("none")],
  ["link", () => fs.linkSync("none", "x")],
  ["symlink over a file", () => fs.symlinkSync("none", "f")],
  ["rename", () => fs.renameSync("none", "x")],
  ["lstat below a file", () => fs.lstatSync("f/x")],
  ["stat without a throw", () => fs.statSync("f/x", { throwIfNoEntry: false })],
  ["access", () => fs.accessSync("none")],
  ["access with a wrong mode", () => fs.accessSync("f", 8)],
  ["futimes", () => fs.futimesSync(999, 1, 1)],
  ["utimes", () => fs.utimesSync("none", 1, 1)],
  ["close", () => fs.closeSync(999)],
  ["copy a tree into itself", () => fs.cpSync("a", "a/b/z", { recursive: true })],
  ["copy a tree over a file", () => fs.cpSync("a", "f", { recursive: true })],
  ["copy a tree", () => fs.cpSync("a", "y/z", { recursive: true })],
  ["link in a tree", () => fs.symlinkSync("../f", "a/l")],
  ["copy it again", () => fs.cpSync("a", "y/z", { recursive: true })],
  ["where the copied link points", () => fs.readlinkSync("y/z/l")],
  ["exists", () => [fs.existsSync("f"), fs.existsSync("none"), fs.existsSync("f/x")]],
  ["an empty path", () => fs.readFileSync("")],
  ["a path with NUL", () => fs.readFileSync("a\0b")],
];

const inPromises = [
  ["writeFile", () => promises.writeFile("h", "héllo wörld")],
  ["readFile", () => promises.readFile("h", "utf8")],
  ["readFile as bytes", () => promises.readFile("h")],
  ["appendFile", () => promises.appendFile("h", "!")],
  ["stat", async () => [(await promises.stat("h")).size, (await promises.stat("h")).mode.toString(8)]],
  ["stat in big integers", async () => typeof (await promises.stat("h", { bigint: true })).mtimeNs],
  ["a file handle", useFileHandle],
  ["Dir", listDirectory],
  ["readdir into the depth", async () => (await promises.readdir(".", { recursive: true })).sort()],
  ["mkdtemp", () => promises.mkdtemp("t-")],
  ["symlink", () => promises.symlink("h", "hl")],
  ["realpath", () => promises.realpath("hl")],
  ["O_NOFOLLOW", () => promises.open("hl", fs.constants.O_NOFOLLOW)],
  ["O_DIRECTORY", () => promises.open("h", fs.constants.O_DIRECTORY)],
  ["an exclusive write through a link", () => promises.writeFile("hl", "x", { flag: "wx" })],
  ["a hard link", () => promises.link("h", "h2")],
  ["both names", async () => (await promises.stat("h")).nlink],
  ["half a loop", () => promises.symlink("l2", "l1")],
  ["the other half", () => promises.symlink("l1", "l2")],
  ["a loop", () => promises.stat("l1")],
  ["streams", pipeFiles],
  ["a range", () => fs.createReadStream("s", { start: 5, end: 14, encoding: "utf8" }).toArray()],
  ["a stream of nothing", () => fs.createReadStream("none").toArray()],
  ["a long file", () => promises.writeFile("long", Buffer.alloc(3e6, 97))],
  ["its length", () => [fs.readFileSync("long").length, fs.readFileSync("long", "utf8").length]],
  ["truncate", () => promises.truncate("long", 10)],
  ["what is left", () => promises.readFile("long", "latin1")],
  ["from one encoding", () => promises.writeFile("hex", "616263", "hex")],
  ["to another", () => fs.readFileSync("hex", "base64")],
  ["a file and dots", () => promises.readFile("h/..")],
  ["a file and a slash", () => promises.readFile("h/")],
  ["a name too long", () => promises.writeFile("x".repeat(256), "")],
  ["rename into itself", () => promises.rename("y", "y/z/q")],
  ["rename a directory over a file", () => promises.rename("y", "h")],
  ["rename a file over a directory", () => promises.rename("h", "y")],
  ["rmdir by a dot", () => promises.rmdir("y/.")],
  ["rm", () => promises.rm("y", { recursive: true })],
  ["context", () => new AsyncLocalStorage().run(7, () => stored())],
  ["umask", withUmask],
];

async function stored() {
  const storage = new AsyncLocalStorage();
  return storage.run("kept", () => new Promise((resolve) => fs.stat(".", () => resolve(storage.getStore()))));
}

async function useFileHandle() {
  const handle = await promises.open("h", "r+");
  const buffers = [Buffer.alloc(3), Buffer.alloc(4)];
  const found = [(await handle.readv(buffers, 0)).bytesRead, buffers];
  found.push((await handle.write("ZZ", 0)).bytesWritten, (await handle.writev([Buffer.from("ab")], 2)).bytesWritten);
  await handle.truncate(5);
  await handle.chmod(0o600);
  await handle.utimes(1, 2);
  await handle.sync();
  const { size, mtime, mode } = await handle.stat();
  found.push(size, mtime, mode.toString(8), await promises.readFile("h", "utf8"));
  await handle.close();
  found.push(await handle.stat().catch((error) => error.message));
  return found;
}

async function listDirectory() {
  const found = [];
  for await (const entry of await promises.opendir(".")) found.push(`${entry.name} ${entry.isDirectory()}`);
  return found.sort();
}

async function pipeFiles() {
  const writer = fs.createWriteStream("s");
  for (let index = 0; index < 1000; index += 1) writer.write(`line ${index}\n`);
  await new Promise((resolve) => writer.end(resolve));
  await pipeline(fs.createReadStream("s", { highWaterMark: 100 }), fs.createWriteStream("s2"));
  const handle = await promises.open("s2");
  let lines = 0;
  for await (const line of handle.readLines()) lines += line.length > 0 ? 1 : 0;
  return [lines, fs.statSync("s2").size];
}

function withUmask() {
  const before = process.umask(0o077);
  fs.writeFileSync("masked", "");
  process.umask(before);
  return (fs.statSync("masked").mode & 0o777).toString(8);
}

async function main() {
  for (const [name, run] of inSync) await step(name, run);
  for (const [name, run] of inPromises) await step(name, run);
}

main();
