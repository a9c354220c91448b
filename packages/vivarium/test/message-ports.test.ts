import { expect, test } from "vitest";
import {
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";

function createWorld(cells: "process" | "inline"): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions: {} }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
  });
}

test("A thread is posted messages by its number, and whoever posts hears what has become of them", async () => {
  await using runtime = createWorld("process");
  const { exports, errorMessage } = await runtime.run(`
    import { once } from "node:events";
    import { postMessageToThread, Worker } from "node:worker_threads";
    const outcome = (...given) => postMessageToThread(...given).then(() => "taken", ({ code }) => code);
    const code = \`
      const { parentPort, postMessageToThread, Worker } = require("worker_threads");
      process.on("workerMessage", (value, from) => {
        if (value === "throw") throw new Error();
        parentPort.postMessage([value, from]);
      });
      const within = "const { postMessageToThread, parentPort } = require('worker_threads'); parentPort.on('message', () => {}); postMessageToThread(1, 'within').then(() => postMessageToThread(1, 'again'))";
      parentPort.on("message", (to) => to === "begin" ? new Worker(within, { eval: true }) : postMessageToThread(to, "across").then(() => parentPort.postMessage("taken")));
      parentPort.postMessage("ready");
    \`;
    const threads = [new Worker(code, { eval: true }), new Worker(code, { eval: true })];
    await Promise.all(threads.map((thread) => once(thread, "message")));
    const heard = once(threads[0], "message");
    const outcomes = [await outcome(1, "hello"), await outcome(2, "throw"), await outcome(7, "nobody")];
    const [hello] = await heard;
    const [across] = [once(threads[0], "message"), threads[1].postMessage(1)];
    const [[message], [told]] = await Promise.all([across, once(threads[1], "message")]);
    threads[0].postMessage("begin");
    const [[within]] = [await once(threads[0], "message")];
    const [[again]] = [await once(threads[0], "message")];
    for (const thread of threads) await thread.terminate();
    export default { outcomes, hello, message, told, within, again };
  `);
  expect(errorMessage).toBeUndefined();
  expect(exports).toEqual({
    default: {
      outcomes: ["taken", "ERR_WORKER_MESSAGING_ERRORED", "ERR_WORKER_MESSAGING_FAILED"],
      hello: ["hello", 0],
      message: ["across", 2],
      told: "taken",
      within: ["within", 3],
      again: ["again", 3],
    },
  });
});

test("A port that is moved into a context shows nothing there that is of another", async () => {
  await using runtime = createWorld("inline");
  const { exports, errorMessage } = await runtime.run(`
    import { createSecretKey } from "node:crypto";
    import { once } from "node:events";
    import { MessageChannel, moveMessagePortToContext } from "node:worker_threads";
    import { createContext, runInContext } from "node:vm";
    const codeOf = (work) => { try { return work() } catch ({ code }) { return code } };
    const context = createContext();
    const { port1, port2 } = new MessageChannel();
    const moved = moveMessagePortToContext(port2, context);
    context.port = moved;
    runInContext(\`
      const isOwn = (value) => value instanceof (typeof value === "function" ? Function : Object);
      const seen = [];
      for (let object = port; object !== null; object = Object.getPrototypeOf(object)) {
        for (const key of Object.getOwnPropertyNames(object)) {
          const value = Object.getOwnPropertyDescriptor(object, key).value;
          if (Object(value) === value) seen.push(isOwn(value));
        }
      }
      port.onmessage = (event) => {
        let error;
        try { port.postMessage(isOwn) } catch (caught) { error = caught }
        const { data, ports } = event;
        port.postMessage({
          own: seen.every(Boolean) && [event, data, data.list, ports, ports[0], error].every(isOwn),
          error: [error instanceof Error, error.name, error.code, error.constructor.name],
          isPort: ports[0] === data.other,
        });
      };
      port.onmessageerror = (event) => port.postMessage([isOwn(event), event.data.code]);
      port.start();
    \`, context);
    const { port1: other, port2: end } = new MessageChannel();
    port1.postMessage({ list: [1], other }, [other]);
    const [answer] = await once(port1, "message");
    port1.postMessage(createSecretKey(new Uint8Array(16)));
    const [failure] = await once(port1, "message");
    port1.close();
    end.close();
    const closed = new MessageChannel().port1;
    closed.close();
    export default {
      answer, failure, isObject: moved instanceof Object,
      refused: [
        codeOf(() => moveMessagePortToContext({}, context)),
        codeOf(() => moveMessagePortToContext(new MessageChannel().port1, {})),
        codeOf(() => moveMessagePortToContext(closed, context)),
        codeOf(() => moveMessagePortToContext(port2, context)),
      ],
    };
  `);
  expect(errorMessage).toBeUndefined();
  expect(exports).toEqual({
    default: {
      answer: { own: true, error: [true, "DataCloneError", 25, "DOMException"], isPort: true },
      failure: [true, "ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE"],
      isObject: false,
      refused: ["ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE", "ERR_CLOSED_MESSAGE_PORT", "ERR_CLOSED_MESSAGE_PORT"],
    },
  });
});
