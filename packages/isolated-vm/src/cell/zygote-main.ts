import { Socket } from "node:net";
import { loadGuestParts, loadProcessControls } from "@vivarium/guest-node";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { IDLE_FRAME_BYTES, ZYGOTE_DESCRIPTOR } from "../channel/protocol.ts";
import { decodeZygoteOrder } from "../channel/zygote-message.ts";
import { loadIsolatedVmBinary } from "../engine/load-isolated-vm.ts";
import { readCellArguments } from "./cell-arguments.ts";
import { CellConfinement } from "./cell-confinement.ts";
import { collectAtOnceInBackground, collectYoungBuffersEarly, openGarbageCollection } from "./garbage-collection.ts";
import { GuestStock } from "./guest-stock.ts";
import { makeReplica } from "./make-replica.ts";
import { leave, serveCell } from "./serve-cell.ts";
import { Zygote } from "./zygote.ts";

/* The entry of a zygote: a cell that boots guests and never runs a program, and of which cells are copies. */

const { host, mustBeConfined, binaries } = readCellArguments(process.argv);
collectAtOnceInBackground();
collectYoungBuffersEarly();
const engine = loadIsolatedVmBinary(binaries);
const controls = loadProcessControls();
const confinement = new CellConfinement(controls, ZYGOTE_DESCRIPTOR + 1);
const orders = new Socket({ fd: ZYGOTE_DESCRIPTOR, readable: true, writable: false });
const zygote = new Zygote({
  controls,
  parent: host,
  garbage: openGarbageCollection(),
  openStock: (onDiagnostic) => new GuestStock({ engine, parts: loadGuestParts(), onDiagnostic, isTemplate: true }),
  leave,
  becomeCell(descriptors, stock) {
    orders.destroy();
    for (const event of ["SIGINT", "SIGCHLD", "uncaughtException"]) process.removeAllListeners(event);
    controls?.keepLongMemory(true);
    serveCell(descriptors, {
      openStock: () => stock,
      isShortLived: true,
      makeReplica,
      controls,
      mustBeConfined,
      confine: () => confinement.confine(),
    });
  },
});
const assembler = new FrameAssembler(IDLE_FRAME_BYTES);
orders.on("data", (chunk: Buffer) => {
  try {
    assembler.push(chunk);
    for (let body = assembler.next(); body !== undefined; body = assembler.next()) zygote.take(decodeZygoteOrder(body));
  } catch (error) {
    zygote.fail(error);
  }
});
orders.on("end", leave);
orders.on("error", leave);
process.on("SIGINT", () => undefined);
process.on("SIGCHLD", () => zygote.lookAfterChildren());
process.on("uncaughtException", (error) => zygote.fail(error));
