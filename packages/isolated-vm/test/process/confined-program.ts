import { spawnSync } from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import net from "node:net";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { loadProcessControls } from "@vivarium/guest-node";
import { CellConfinement } from "../../src/cell/cell-confinement.ts";
import { leave } from "../../src/cell/serve-cell.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { loadIsolatedVmBinary } from "../../src/engine/load-isolated-vm.ts";

/*
 * What a cell's process can still do when all of it is hostile: no guest, but a program with the process's whole
 * authority, which tries harmless things on what the test has made. It prints what came of each, as JSON.
 */

const [file = "", folder = "", port = "", socket = "", victim = ""] = process.argv.slice(2);
const controls = loadProcessControls();
if (controls === undefined) throw new Error("Nothing confines a process here");
const confinement = new CellConfinement(controls, 3);
const engine = loadIsolatedVmBinary(assertEngine().binaries);
const held = fs.openSync(file, "r");
const confined = confinement.confine();

const results: Record<string, string> = {};
function attempt(name: string, action: () => unknown): void {
  try {
    const answer = action();
    results[name] = answer instanceof Error ? ((answer as NodeJS.ErrnoException).code ?? answer.message) : "done";
  } catch (error) {
    results[name] = (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const here = `${folder}/made`;
attempt("read a file", () => fs.readFileSync(file));
attempt("look at a file", () => fs.statSync(file));
attempt("make a file", () => fs.writeFileSync(here, "x"));
attempt("make a folder", () => fs.mkdirSync(here));
attempt("list a folder", () => fs.readdirSync(folder));
attempt("rename", () => fs.renameSync(file, here));
attempt("remove", () => fs.unlinkSync(file));
attempt("link", () => fs.linkSync(file, here));
attempt("link symbolically", () => fs.symlinkSync(file, here));
attempt("read a link", () => fs.readlinkSync("/proc/self/exe"));
attempt("change a mode", () => fs.chmodSync(file, 0o777));
attempt("change a mode of what it holds", () => fs.fchmodSync(held, 0o777));
attempt("change times", () => fs.utimesSync(file, 0, 0));
attempt("truncate", () => fs.truncateSync(file, 0));
attempt("change folder", () => process.chdir(folder));
attempt("read its own memory map", () => fs.readFileSync("/proc/self/maps"));
attempt("read another's memory", () => fs.openSync(`/proc/${victim}/mem`, "r"));
attempt("look at another's environment", () => fs.readFileSync(`/proc/${victim}/environ`));
attempt("signal another", () => process.kill(Number(victim), 0));
attempt("run a program", () => spawnSync("/bin/true").error);
attempt("fork", () => controls.fork(new Uint8Array([0, 1]), new Uint8Array(32)));
attempt("load a library", () => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libm.so.6"));
attempt("become another user", () => process.setuid?.(65_534));
attempt("be confined less", () => controls.abandonRings());

results["use what it holds"] = fs.readSync(held, Buffer.alloc(4)) === 4 ? "done" : "failed";
results["compress"] = gzipSync("text").length > 0 ? "done" : "failed";
const isolate = new engine.Isolate({ memoryLimit: 32 });
const context = isolate.createContextSync();
attempt("run an isolate", () => context.evalSync("let sum = 0; for (let i = 0; i < 1e6; i++) sum += i; sum"));
attempt("end an isolate in time", () => {
  try {
    context.evalSync("for (;;);", { timeout: 50 });
    return new Error("it did not end");
  } catch (error) {
    return /timed out/.test(String(error)) ? undefined : error;
  }
});

const connections: readonly [string, () => net.Socket][] = [
  ["connect over IP", () => net.connect(Number(port), "127.0.0.1")],
  ["connect to a socket file", () => net.connect(socket)],
  ["connect to an abstract socket", () => net.connect("\0vivarium-test")],
];
for (const [name, connect] of connections) results[name] = await outcomeOf(connect());
results["listen"] = await outcomeOf(net.createServer().listen(0, "127.0.0.1"));
results["send a datagram"] = await datagram();
// Node starts a worker by what it may not ask any more (its working directory); the thread itself it may have.
results["start a thread"] = await outcomeOf(new Worker("", { eval: true }), "online");

process.stdout.write(JSON.stringify({ confined, results }));
// As a cell ends. Node's own end turns a loop that it has never used, that of its tracing: libuv wants the ring of that
// loop, may not have it, and aborts.
leave();

function outcomeOf(emitter: NodeJS.EventEmitter, good = "connect"): Promise<string> {
  return new Promise((resolve) => {
    for (const event of [good, "listening"]) emitter.once(event, () => resolve("done"));
    emitter.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function datagram(): Promise<string> {
  return new Promise((resolve) => {
    try {
      const sender = dgram.createSocket("udp4");
      sender.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sender.send("x", Number(port), "127.0.0.1", (error) =>
        resolve(error === null ? "done" : ((error as NodeJS.ErrnoException).code ?? error.message)),
      );
    } catch (error) {
      resolve((error as NodeJS.ErrnoException).code ?? String(error));
    }
  });
}
