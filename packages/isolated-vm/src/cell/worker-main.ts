import { workerData } from "node:worker_threads";
import { loadGuestParts, loadThreadControls } from "@vivarium/guest-node";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { decodeHostMessage } from "../channel/host-message.ts";
import { MAX_FRAME_BYTES } from "../channel/protocol.ts";
import { bytesOf, THREAD_WORDS } from "../channel/thread-words.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import { loadIsolatedVmPackage } from "../engine/load-isolated-vm.ts";
import type { CellThreadData } from "../worker/cell-thread-data.ts";
import { CellServer } from "./cell-server.ts";
import { GuestStock } from "./guest-stock.ts";
import { LeftMemory } from "./left-memory.ts";
import { ThreadDescriptor } from "./thread-descriptor.ts";

/* The entry of a worker cell: a thread of the host's process. It lives until the host terminates it. */

const { calls, events, words, parks } = workerData as CellThreadData;
const controls = loadThreadControls();
const { mark, systemThread } = controls.currentThread();
Atomics.store(words, THREAD_WORDS.systemThread, systemThread);
Atomics.store(words, THREAD_WORDS.mark, mark);
if (parks) controls.parkInsteadOfAborting();

/** At once, from wherever: a guest may be on the stack, which must not go on with half an answer. */
function leave(): never {
  controls.interruptGuests(mark);
  process.exit(1);
  // V8 ends this thread where it looks next.
  for (;;);
}

const left = new LeftMemory(() => controls.returnFreeMemory());
const server = new CellServer({
  // It sleeps for every answer: awake, a thread would keep the processor from the host, which is to answer.
  descriptor: new ThreadDescriptor({ port: calls, words, leave }),
  writer: new WireWriter(),
  leave,
  onFreed: () => left.freed(),
  loadReplicas: async () => (await import("./make-replica.ts")).makeReplica,
  openStock: (onDiagnostic) =>
    new GuestStock({ engine: loadIsolatedVmPackage(), parts: loadGuestParts(), onDiagnostic, controls }),
});
const assembler = new FrameAssembler(MAX_FRAME_BYTES);
events.on("message", (message: unknown) => {
  try {
    const bytes = bytesOf(message);
    Atomics.add(words, THREAD_WORDS.takenByCell, bytes.length);
    assembler.push(bytes);
    for (let body = assembler.next(); body !== undefined; body = assembler.next()) server.take(decodeHostMessage(body));
  } catch (error) {
    server.fail(error);
  }
});
events.on("messageerror", (error) => server.fail(error));
process.on("uncaughtException", (error) => server.fail(error));
