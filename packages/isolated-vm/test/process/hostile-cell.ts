import { readSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome, SystemCallScalar } from "@vivarium/core";
import type { HostCallName } from "@vivarium/kernel";
import { NO_RUN } from "../../src/channel/addressed.ts";
import { type CellMessage, encodeCellMessage } from "../../src/channel/cell-message.ts";
import { FrameAssembler } from "../../src/channel/frame-assembler.ts";
import { decodeHostMessage, type HostMessage } from "../../src/channel/host-message.ts";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR, PROTOCOL_VERSION } from "../../src/channel/protocol.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";

/*
 * A cell that behaves as its first argument says. It speaks the real channel, so that what it does wrong is the only
 * thing that is wrong.
 */

const writer = new WireWriter();
const raw = (bytes: Uint8Array): void => {
  let written = 0;
  while (written < bytes.length) written += writeSync(CALL_DESCRIPTOR, bytes, written);
};
/** The number of the first run that a host gives a cell. */
const RUN = 1;
const ownKinds: readonly CellMessage["kind"][] = ["ready", "prepared", "confined", "replicas", "fault"];
const say = (message: CellMessage): void =>
  raw(encodeCellMessage(writer, message, ownKinds.includes(message.kind) ? NO_RUN : RUN));
const ready = (): void => say({ kind: "ready", protocol: PROTOCOL_VERSION, nodeVersion: process.version });
const assembler = new FrameAssembler(1_000_000);
const chunk = Buffer.alloc(65_536);
/** As a cell does that makes guests ready. */
const awaitMessage = (wanted: HostMessage["kind"]): void => {
  for (;;) {
    for (let body = assembler.next(); body !== undefined; body = assembler.next()) {
      const { message } = decodeHostMessage(body);
      if (message.kind === wanted) return;
      if (message.kind === "prepare") say({ kind: "prepared", guestKind: message.guestKind });
    }
    assembler.push(Buffer.from(chunk.subarray(0, readSync(EVENT_DESCRIPTOR, chunk))));
  }
};
/** Waits for a program: the host listens to a started guest only once it has sent one. */
const awaitProgram = (): void => awaitMessage("execute");
const started = (): void => {
  ready();
  awaitProgram();
  say({ kind: "started" });
};
const returned: Outcome = { kind: "returned", code: 0 };
const callFrame = (request: number): Uint8Array =>
  encodeCellMessage(writer, { kind: "call", name: "process.cwd", request, args: [], input: new Uint8Array(0) }, RUN);
const call = (request: number): void => raw(callFrame(request));
const repeat = (name: HostCallName, args: readonly SystemCallScalar[], result = 0): void =>
  say({ kind: "repeat", name, args, input: Buffer.from("text"), result, timeMs: Date.now() });
const spin = (): never => {
  for (;;);
};

function endUnconfined(): never {
  const problem = "seccomp failed: Operation not permitted";
  say({ kind: "confined", isConfined: false, landlock: 0, namespaces: false, nodePermission: false, problem });
  process.exit(0);
}

const behaviours: Readonly<Record<string, () => unknown>> = {
  "speaks nonsense": () => raw(Buffer.from("GET / HTTP/1.1\r\n\r\n")),
  "speaks another version": () => {
    const frame = Buffer.from(
      encodeCellMessage(writer, { kind: "ready", protocol: PROTOCOL_VERSION, nodeVersion: "24" }),
    );
    frame.writeUInt32LE(PROTOCOL_VERSION + 1, 9);
    raw(frame);
  },
  "says nothing": () => sleep(60_000),
  "is there, and does nothing": () => {
    ready();
    return sleep(60_000);
  },
  "exits before it is ready": () => process.exit(7),
  "is not confined, says so and ends": () => {
    ready();
    awaitProgram();
    endUnconfined();
  },
  "is not confined and ends, whatever it is told": () => {
    ready();
    endUnconfined();
  },
  "says twice that it is confined": () => {
    ready();
    awaitProgram();
    for (let time = 0; time < 2; time += 1)
      say({ kind: "confined", isConfined: true, landlock: 7, namespaces: true, nodePermission: false, problem: "" });
  },
  "is confined when its guest has started": () => {
    started();
    say({ kind: "confined", isConfined: true, landlock: 7, namespaces: true, nodePermission: false, problem: "" });
  },
  "says that it is loaded, though nobody asked": () => {
    started();
    say({ kind: "loaded" });
  },
  "is loaded before it has started": () => {
    ready();
    awaitProgram();
    say({ kind: "loaded" });
  },
  "is loaded twice": () => {
    started();
    for (let time = 0; time < 2; time += 1) say({ kind: "loaded" });
  },
  "says of a call that it is over, and has taken none": () => {
    started();
    say({ kind: "invoked", end: { id: 1, kind: "returned", message: "", value: new Uint8Array(0) } });
  },
  "answers a call with more than it may": () => {
    started();
    say({ kind: "loaded" });
    say({ kind: "invoked", end: { id: 1, kind: "returned", message: "", value: new Uint8Array(2_000_000) } });
  },
  "answers calls that nobody made, and its own with what is no value": () => {
    started();
    say({ kind: "loaded" });
    awaitMessage("invoke");
    for (const id of [7, 1, 1, 0xffff_ffff])
      say({ kind: "invoked", end: { id, kind: "returned", message: "", value: Buffer.from("no value") } });
    return sleep(60_000);
  },
  "is loaded and answers no call": () => {
    started();
    say({ kind: "loaded" });
    return sleep(60_000);
  },
  "is loaded and spins": () => {
    started();
    say({ kind: "loaded" });
    spin();
  },
  "ends when it is given a program": () => {
    ready();
    awaitProgram();
    process.exit(0);
  },
  "announces a frame of four gigabytes": () => {
    started();
    raw(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  },
  "dies in the middle of a frame": () => {
    started();
    raw(Buffer.from([200, 0, 0, 0, 3, RUN, 0, 0, 0, 1, 1]));
    process.exit(3);
  },
  "sends an unknown kind of message": () => {
    started();
    raw(Buffer.from([5, 0, 0, 0, 99, RUN, 0, 0, 0]));
  },
  "calls before it has started": () => {
    ready();
    awaitProgram();
    call(1);
  },
  "prints before it has started": () => {
    ready();
    awaitProgram();
    say({ kind: "output", descriptor: 1, data: Buffer.from("text") });
  },
  "prints to what is no stream": () => {
    started();
    const frame = Buffer.from(
      encodeCellMessage(writer, { kind: "output", descriptor: 1, data: Buffer.from("text") }, RUN),
    );
    frame[9] = 3;
    raw(frame);
  },
  "prints more than anybody takes": () => {
    started();
    for (;;) say({ kind: "output", descriptor: 1, data: Buffer.from("text") });
  },
  "has the host repeat a write that is denied": () => {
    started();
    repeat("fs.writeFile", ["/denied/file", 0o1101, 0o666]);
  },
  "has the host repeat a write to what is not there": () => {
    started();
    repeat("fs.writeFile", ["/allowed/none/file", 0o1101, 0o666]);
  },
  "says of a file that it has another number": () => {
    started();
    repeat("fs.open", ["/allowed/file", 0o102, 0o666], 77);
  },
  "has the host repeat what is no change": () => {
    started();
    repeat("fs.readFile", ["/allowed/file", 0]);
  },
  "has the host repeat what it has given up": () => {
    started();
    say({ kind: "released", positions: [[3, 0]] });
    repeat("fs.writeFile", ["/allowed/file", 0o1101, 0o666]);
  },
  "has the host repeat a write without a replica": () => {
    started();
    repeat("fs.writeFile", ["/allowed/file", 0o1101, 0o666]);
  },
  "gives up what it has not": () => {
    started();
    say({ kind: "released", positions: [] });
  },
  "makes a synchronous call within another": () => {
    started();
    // In one write: the host would answer a first one that came alone.
    const frame = callFrame(0);
    raw(Buffer.concat([frame, frame]));
  },
  "speaks of a run that it does not have": () => {
    started();
    raw(encodeCellMessage(writer, { kind: "started" }, RUN + 1));
  },
  "floods the host with synchronous calls and takes no answer": () => {
    started();
    for (;;) call(0);
  },
  "floods the host with calls and takes no answer": () => {
    started();
    for (;;) call(1);
  },
  "makes long calls without end": () => {
    started();
    const input = new Uint8Array(256 * 1024);
    for (;;) say({ kind: "call", name: "process.cwd", request: 1, args: [], input });
  },
  "asks for much that the host has to wait for": () => {
    started();
    const input = new Uint8Array(1_000_000);
    for (let request = 1; ; request += 1) {
      say({ kind: "call", name: "fs.writeFile", request, args: ["/file", 0, 0], input });
    }
  },
  "asks with long words for much that the host has to wait for": () => {
    started();
    const input = new Uint8Array(0);
    const words = "x".repeat(900_000);
    for (let request = 1; ; request += 1) say({ kind: "call", name: "child.spawn", request, args: [words], input });
  },
  "floods the host with faults": () => {
    started();
    for (;;) say({ kind: "fault", code: "ERR_CELL_FAILED", message: "x".repeat(1000) });
  },
  "floods the host with faults while it waits": () => {
    ready();
    for (;;) say({ kind: "fault", code: "ERR_CELL_FAILED", message: "x".repeat(1000) });
  },
  "gives exports that are larger than the limit": () => {
    started();
    say({ kind: "finished", outcome: returned, exports: new Uint8Array(2_000_000), leavesWork: false });
  },
  "finishes twice": () => {
    started();
    say({ kind: "finished", outcome: returned, exports: undefined, leavesWork: false });
    say({ kind: "finished", outcome: returned, exports: undefined, leavesWork: false });
  },
  "spins beyond its limits": () => {
    started();
    spin();
  },
  "sleeps beyond its limits": () => {
    started();
    return sleep(60_000);
  },
  "runs out of memory in V8": () => {
    started();
    process.stderr.write("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n");
    process.abort();
  },
  "is killed by somebody": () => {
    started();
    process.kill(process.pid, "SIGSEGV");
  },
  "dies before it has started": () => {
    ready();
    return sleep(150).then(() => process.exit(9));
  },
};

await behaviours[process.argv[2] ?? ""]?.();
