import { workerData } from "node:worker_threads";
import { type CryptoEngine, errnoCodeOfRefusal, openCryptoEngine } from "@vivarium/kernel";
import type { CryptoAnswer, CryptoJobRequest, CryptoRequest, CryptoThreadData } from "./crypto-messages.ts";

/* The entry of the thread that does the cryptography of inline guests: see `crypto-thread.ts`. */

const { calls, jobs, words } = workerData as CryptoThreadData;
const engines: Map<number, CryptoEngine> = new Map();

function engineOf(guest: number): CryptoEngine {
  const engine = engines.get(guest) ?? openCryptoEngine("own-process");
  if (engine === undefined) throw new Error("Node's crypto binding is not there");
  engines.set(guest, engine);
  return engine;
}

function serve(request: CryptoRequest): Uint8Array | boolean {
  const engine = engineOf(request.guest);
  switch (request.kind) {
    case "call":
      return engine.call(request.object, request.name, request.bytes);
    case "update":
      return engine.update(request.object, request.bytes);
    case "close":
      engine.close(request.object);
      return true;
    case "dispose":
      engine.dispose();
      engines.delete(request.guest);
      return true;
    default:
      return request satisfies never;
  }
}

function attempt(action: () => Uint8Array | boolean): CryptoAnswer {
  try {
    return { value: action() };
  } catch (error) {
    return { refused: errnoCodeOfRefusal(error) };
  }
}

calls.on("message", (request: CryptoRequest) => {
  calls.postMessage(attempt(() => serve(request)));
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
});

// Beside what the host waits for: on the thread pool of its process, one after the other.
jobs.on("message", async ({ job, guest, object }: CryptoJobRequest) => {
  let answer: CryptoAnswer;
  try {
    answer = { value: await engineOf(guest).job(object, () => true) };
  } catch (error) {
    answer = { refused: errnoCodeOfRefusal(error) };
  }
  jobs.postMessage({ job, answer });
});
