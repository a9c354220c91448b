import { execFileSync, spawn, spawnSync } from "node:child_process";
import cluster from "node:cluster";
import fs from "node:fs";
import inspector from "node:inspector";
import net from "node:net";
import { pathToFileURL } from "node:url";
import v8 from "node:v8";
import { WASI } from "node:wasi";
import { Worker } from "node:worker_threads";
import type ivm from "isolated-vm";
import { NodePermission } from "../../src/cell/node-permission.ts";

/*
 * What a process that Node's permission model holds can still do when all of its JavaScript is hostile: no guest, but a
 * program with Node's whole interface, which tries harmless things on what the test has made. It prints what came of each.
 */

const [file = "", folder = "", port = "", socket = "", victim = "", binary = "", other = ""] = process.argv.slice(2);
const addon: { exports: { ivm?: typeof ivm } } = { exports: {} };
process.dlopen(addon, binary);
new NodePermission().drop();

const results: Record<string, string> = {};
function attempt(name: string, action: () => unknown): void {
  try {
    const answer = action();
    results[name] = answer instanceof Error ? codeOf(answer) : "done";
  } catch (error) {
    results[name] = codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

const here = `${folder}/made`;
attempt("read a file", () => fs.readFileSync(file));
attempt("read its own file", () => fs.readFileSync(process.argv[1] ?? ""));
attempt("look at a file", () => fs.statSync(file));
attempt("make a file", () => fs.writeFileSync(here, "x"));
attempt("make a folder", () => fs.mkdirSync(here));
attempt("list a folder", () => fs.readdirSync(folder));
attempt("open a folder", () => fs.opendirSync(folder));
attempt("watch a folder", () => fs.watch(folder));
attempt("rename", () => fs.renameSync(file, here));
attempt("remove", () => fs.unlinkSync(file));
attempt("link", () => fs.linkSync(file, here));
attempt("link symbolically", () => fs.symlinkSync(file, here));
attempt("read a link", () => fs.readlinkSync("/proc/self/exe"));
attempt("change a mode", () => fs.chmodSync(file, 0o777));
attempt("truncate", () => fs.truncateSync(file, 0));
attempt("change folder", () => process.chdir(folder));
attempt("read another's memory", () => fs.openSync(`/proc/${victim}/mem`, "r"));
attempt("look at another's environment", () => fs.readFileSync(`/proc/${victim}/environ`));
attempt("make a database", () => {
  if (process.getBuiltinModule("node:sqlite") === undefined) throw new Error("There is no SQLite");
});
attempt("write a heap snapshot", () => v8.writeHeapSnapshot(here));
attempt("write a report", () => process.report.writeReport(here));
attempt("run a program", () => spawnSync("/bin/true").error);
attempt("run a program and wait", () => execFileSync("/bin/true"));
attempt("start a program", () => spawn("/bin/true"));
attempt("become a program", () => process.execve?.("/bin/true", ["true"]));
attempt("start a worker process", () => cluster.fork());
attempt("start a thread", () => new Worker("", { eval: true }));
attempt("open an inspector", () => inspector.open(0));
attempt("inspect itself", () => new inspector.Session().connect());
attempt("preopen files", () => new WASI({ version: "preview1", preopens: { "/": "/" } }));
attempt("load a library", () => process.dlopen({ exports: {} }, other));
attempt("reach Node's inside", () =>
  (process as typeof process & { binding(name: string): void }).binding("spawn_sync"),
);
await fs.promises.readFile(file).then(done("read a file later"), failed("read a file later"));
await import(pathToFileURL(`${folder}/module.mjs`).href).then(done("import a file"), failed("import a file"));

attempt("signal another", () => process.kill(Number(victim), 0));
attempt("run an isolate", () => {
  if (addon.exports.ivm === undefined) throw new Error("There is none");
  const isolate = new addon.exports.ivm.Isolate({ memoryLimit: 32 });
  isolate.createContextSync().evalSync("let sum = 0; for (let i = 0; i < 1e6; i++) sum += i; sum");
});
results["connect over IP"] = await outcomeOf(net.connect(Number(port), "127.0.0.1"), "connect");
results["connect to a socket file"] = await outcomeOf(net.connect(socket), "connect");
results["listen"] = await outcomeOf(net.createServer().listen(0, "127.0.0.1"), "listening");

process.stdout.write(JSON.stringify({ results }));
process.exit(0);

function done(name: string): () => void {
  return () => {
    results[name] = "done";
  };
}

function failed(name: string): (error: unknown) => void {
  return (error) => {
    results[name] = codeOf(error);
  };
}

function outcomeOf(emitter: NodeJS.EventEmitter, good: string): Promise<string> {
  return new Promise((resolve) => {
    emitter.once(good, () => resolve("done"));
    emitter.once("error", (error) => resolve(codeOf(error)));
  });
}
