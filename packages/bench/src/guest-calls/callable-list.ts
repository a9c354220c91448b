import { Worker } from "node:worker_threads";
import type { Callable, CallableContestant } from "./callable.ts";

const GUEST_HEAP_MIB = 64;

async function openVivarium(cells: "process" | "worker" | "inline"): Promise<Callable> {
  const { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } = await import("vivarium");
  const runtime = new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells, idleTimeMs: 0 }),
  });
  const guest = await runtime.load<{ echo(bytes: Uint8Array): Uint8Array }>(
    "export const echo = (bytes) => bytes;",
    "/e.mjs",
  );
  return {
    echo: (bytes) => guest.call("echo", [bytes]),
    [Symbol.asyncDispose]: () => runtime.dispose(),
  };
}

/** `worker_threads` as it is: a number and bytes there, the same back, nothing checked, limited or contained. */
async function openPlainWorker(): Promise<Callable> {
  const code = `
    const { parentPort } = require("node:worker_threads");
    parentPort.on("message", ([id, bytes]) => parentPort.postMessage([id, bytes]));
  `;
  const worker = new Worker(code, { eval: true });
  const waiting = new Map<number, (bytes: unknown) => void>();
  let last = 0;
  worker.on("message", ([id, bytes]: [number, unknown]) => {
    waiting.get(id)?.(bytes);
    waiting.delete(id);
  });
  return {
    echo: (bytes) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        worker.postMessage([last, bytes]);
      }),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

/** isolated-vm with nothing around it, in this process. */
async function openBareIsolate(): Promise<Callable> {
  const { default: ivm } = await import("isolated-vm");
  const isolate = new ivm.Isolate({ memoryLimit: GUEST_HEAP_MIB });
  const context = isolate.createContextSync();
  const echo = await context.eval("(bytes) => bytes", { reference: true });
  return {
    echo: (bytes) => echo.apply(undefined, [bytes], { arguments: { copy: true }, result: { copy: true } }),
    async [Symbol.asyncDispose]() {
      isolate.dispose();
    },
  };
}

export const callables: readonly CallableContestant[] = [
  { title: "vivarium, process cell", open: () => openVivarium("process") },
  { title: "vivarium, worker cell", open: () => openVivarium("worker") },
  { title: "vivarium, inline cell", open: () => openVivarium("inline") },
  { title: "plain worker_threads", open: openPlainWorker },
  { title: "isolated-vm 7.0.1, bare", open: openBareIsolate },
];
