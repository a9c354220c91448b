import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import ivm from "isolated-vm";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";
import { loadThreadControls } from "../../src/native/thread-controls.ts";

/*
 * The argument: `parks`, `roomy`, or neither. A thread makes a guest in which a single object does not fit, and tells what
 * becomes of it; this one tells what it sees of that thread, and exits.
 */

const controls = loadThreadControls();
const program = "const map = new Map(); for (let i = 0; ; i++) map.set(i, [i])";
const MEMORY_LIMIT_MIB = 64;

function runGuest(how: string): void {
  if (how === "parks") controls.parkInsteadOfAborting();
  parentPort?.postMessage(controls.currentThread().mark);
  const roomMiB = how === "roomy" ? MEMORY_LIMIT_MIB : 0;
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_LIMIT_MIB + roomMiB });
  const context = isolate.createContextSync();
  controls.announceHeapRoom(roomMiB * 2 ** 20);
  const native = openNativeHelper((file) => new ivm.NativeModule(file)).createSync(context);
  context.global.setSync("native", native.derefInto());
  const limit = context.evalSync(`const out = new Float64Array(14);
    native.heap.updateHeapStatistics(out);
    out[native.heap.kHeapSizeLimitIndex]`);
  let message = "";
  try {
    context.evalSync(program);
  } catch (error) {
    message = String(error);
  }
  parentPort?.postMessage({ limit, message });
}

async function watchThread(how = ""): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: how, argv: [] });
  const said: unknown[] = [];
  worker.on("message", (message) => said.push(message));
  while (said.length < 2 && controls.parkedThreads() === 0) await sleep(10);
  const [mark, end] = said;
  // What it cannot hear must not hold up whoever asks.
  controls.interruptGuests(Number(mark));
  const parkedFor = controls.parkedFor(Number(mark));
  process.stdout.write(JSON.stringify({ parkedFor, parked: controls.parkedThreads(), end }));
  controls.leaveProcess(7);
}

if (isMainThread) await watchThread(process.argv[2]);
else runGuest(String(workerData));
