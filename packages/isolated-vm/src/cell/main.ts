import { Socket } from "node:net";
import { loadGuestParts } from "@vivarium/guest-node";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { decodeHostMessage } from "../channel/host-message.ts";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR, MAX_FRAME_BYTES } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import { loadIsolatedVmBinary } from "../engine/load-isolated-vm.ts";
import { BlockingDescriptor } from "./blocking-descriptor.ts";
import { CellServer } from "./cell-server.ts";
import { GuestStock } from "./guest-stock.ts";

/* The entry of a process cell. It lives as long as the host holds the other ends of its pipes. */

/** At once, from wherever: a guest may be on the stack, and nothing here is worth an orderly end. */
function leave(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way to this thread.
  for (;;);
}

const server = new CellServer({
  descriptor: new BlockingDescriptor(CALL_DESCRIPTOR, MAX_FRAME_BYTES, leave),
  writer: new WireWriter(),
  openStock: (onDiagnostic) =>
    new GuestStock({ engine: loadIsolatedVmBinary(process.argv.slice(2)), parts: loadGuestParts(), onDiagnostic }),
  leave,
});
const assembler = new FrameAssembler(MAX_FRAME_BYTES);
const events = new Socket({ fd: EVENT_DESCRIPTOR, readable: true, writable: false });
events.on("data", (chunk: Buffer) => {
  try {
    assembler.push(chunk);
    for (let body = assembler.next(); body !== undefined; body = assembler.next()) server.take(decodeHostMessage(body));
  } catch (error) {
    server.fail(error);
  }
});
events.on("end", leave);
events.on("error", leave);
// The terminal's Ctrl-C is for the host, which may want to finish what runs.
process.on("SIGINT", () => undefined);
process.on("uncaughtException", (error) => server.fail(error));
