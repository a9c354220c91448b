import { MessageChannel, Worker } from "node:worker_threads";
import type { Callable } from "./callable.ts";

/** What it does when it is asked: echoes, or calls its host. */
const PROGRAM = `
  const { parentPort, receiveMessageOnPort, workerData: { port, gate } } = require("node:worker_threads");
  let answered;
  port.on("message", (bytes) => answered?.(bytes));
  const callNow = (bytes) => {
    Atomics.store(gate, 0, 0);
    port.postMessage([true, bytes]);
    Atomics.wait(gate, 0, 0);
    return receiveMessageOnPort(port).message;
  };
  const callLater = (bytes) => {
    port.postMessage([false, bytes]);
    return new Promise((resolve) => (answered = resolve));
  };
  async function callHost([kind, size, times]) {
    const bytes = new Uint8Array(size).fill(7);
    if (kind === "synchronous") for (let time = 0; time < times; time++) callNow(bytes);
    else for (let time = 0; time < times; time++) await callLater(bytes);
  }
  parentPort.on("message", async ([id, value]) => {
    parentPort.postMessage([id, Array.isArray(value) ? await callHost(value) : value]);
  });
`;

/** `worker_threads` as it is: messages there and back, nothing checked, limited or contained. */
export async function openPlainWorker(): Promise<Callable> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(PROGRAM, { eval: true, workerData: { port: port2, gate }, transferList: [port2] });
  port1.on("message", ([isAwaited, bytes]: [boolean, unknown]) => {
    port1.postMessage(bytes);
    if (!isAwaited) return;
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  });
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  worker.on("message", ([id, value]: [number, unknown]) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  const ask = (value: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      worker.postMessage([last, value]);
    });
  return {
    echo: ask,
    callHost: (...asked) => ask(asked),
    async [Symbol.asyncDispose]() {
      port1.close();
      await worker.terminate();
    },
  };
}
