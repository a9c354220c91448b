import { readSync, writeSync } from "node:fs";
import { FrameAssembler } from "../../src/channel/frame-assembler.ts";
import { ZYGOTE_DESCRIPTOR } from "../../src/channel/protocol.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";
import { decodeZygoteOrder, encodeZygoteNotice, type ZygoteNotice } from "../../src/channel/zygote-message.ts";

/* A zygote that behaves as its first argument says. It forks nothing: the copies that it tells of are none. */

/** The last number that a process may have on Linux. */
const NOBODY = 4_194_303;

const behaviour = process.argv[2];
const writer = new WireWriter();

function raw(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(ZYGOTE_DESCRIPTOR, bytes, written);
}

const say = (notice: ZygoteNotice): void => raw(encodeZygoteNotice(writer, notice));

function fork(child: number): void {
  if (behaviour === "speaks nonsense") raw(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  if (behaviour === "tells of a copy that nobody asked for") say({ kind: "forked", child: child + 1, pid: NOBODY });
  if (behaviour === "takes another process for a copy") say({ kind: "forked", child, pid: Number(process.argv[3]) });
  if (behaviour === "names a copy twice") for (const pid of [NOBODY, NOBODY - 1]) say({ kind: "forked", child, pid });
  if (behaviour !== "makes copies that end at once") return;
  say({ kind: "forked", child, pid: NOBODY });
  say({ kind: "ended", child, exitCode: 1, signal: 0, stderr: Buffer.from("no way through") });
}

const assembler = new FrameAssembler(1_000_000);
const chunk = Buffer.alloc(65_536);
for (;;) {
  for (let body = assembler.next(); body !== undefined; body = assembler.next()) {
    const order = decodeZygoteOrder(body);
    if (order.kind === "prepare") say({ kind: "prepared", guestKind: order.guestKind, guests: 1 });
    if (order.kind === "fork") fork(order.child);
  }
  const count = readSync(ZYGOTE_DESCRIPTOR, chunk);
  if (count === 0) process.exit(0);
  assembler.push(Buffer.from(chunk.subarray(0, count)));
}
