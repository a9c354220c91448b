import { expect, test } from "vitest";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";

const filesystem = createInMemoryFileSystem();
filesystem.writeFile(
  "/hooks.mjs",
  `
  import { isMainThread } from "node:worker_threads";
  let told;
  export async function initialize({ port, word }) {
    told = word;
    port.postMessage("in a thread: " + !isMainThread);
  }
  export async function resolve(specifier, context, next) {
    if (specifier === "made:up") return { url: "made:up", shortCircuit: true };
    if (specifier === "made:end") process.exit(9);
    if (specifier === "made:never") await new Promise((settle) => setTimeout(settle, 1e6));
    return next(specifier, context);
  }
  export async function load(url, context, next) {
    if (url === "made:up") return { format: "module", source: "export default " + JSON.stringify(told), shortCircuit: true };
    const loaded = await next(url, context);
    return url.endsWith("/plain.mjs") ? { ...loaded, source: String(loaded.source).replace("plain", "dressed") } : loaded;
  }`,
);
filesystem.writeFile("/plain.mjs", "export default 'plain'");

function createWorld(): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: "process" }),
  });
}

const registered = `
  import { once } from "node:events";
  import { register } from "node:module";
  import { MessageChannel } from "node:worker_threads";
  const { port1, port2 } = new MessageChannel();
  register("/hooks.mjs", import.meta.url, { data: { port: port2, word: "hello" }, transferList: [port2] });
`;

test("A guest registers functions that say how modules are resolved and loaded, in a thread for which it waits", async () => {
  await using runtime = createWorld();
  const { exports, errorMessage } = await runtime.run(
    `${registered}
    const [place] = await once(port1, "message");
    const made = (await import("made:up")).default;
    const dressed = (await import("/plain.mjs")).default;
    const resolved = import.meta.resolve("made:up");
    let failed;
    try { register("/none.mjs", import.meta.url) } catch ({ code }) { failed = code }
    export default { place, made, dressed, resolved, failed };`,
    "/main.mjs",
  );
  expect(errorMessage).toBeUndefined();
  expect(exports).toEqual({
    default: {
      place: "in a thread: true",
      made: "hello",
      dressed: "dressed",
      resolved: "made:up",
      failed: "ERR_MODULE_NOT_FOUND",
    },
  });

  const ended = await runtime.exec(`${registered} import.meta.resolve("made:end")`, { filePath: "/main.mjs" });
  expect(ended.outcome).toEqual({ kind: "exited", code: 9 });

  const { signal, abort } = new Abort();
  const held = await runtime.exec(`${registered} console.log("waits"); import.meta.resolve("made:never")`, {
    filePath: "/main.mjs",
    onStdio: abort,
    signal,
  });
  expect(held.outcome.kind).toBe("aborted");
  expect((await runtime.run("export default 1")).exports).toEqual({ default: 1 });
});

test("What those functions answer is heard where a program asks in the midst of what has come from their thread", async () => {
  await using runtime = createWorld();
  const hooks = `
    let port;
    let told = 0;
    let free;
    export async function initialize(data) {
      ({ port } = data);
      port.on("message", () => free());
    }
    const hold = (granted) => navigator.locks.request("one", () => {
      granted();
      return new Promise((settle) => { free = settle });
    });
    export async function resolve(specifier, context, next) {
      if (!specifier.startsWith("made:")) return next(specifier, context);
      port.postMessage(told++);
      if (specifier === "made:held") await new Promise(hold);
      return { url: specifier, shortCircuit: true };
    }
    export async function load(url) {
      return { format: "module", source: "export default 1", shortCircuit: true };
    }`;
  const { exports, errorMessage, outcome } = await runtime.run(
    `import { register } from "node:module";
    import { setTimeout as sleep } from "node:timers/promises";
    import { MessageChannel } from "node:worker_threads";
    const { port1, port2 } = new MessageChannel();
    const address = "data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)});
    register(address, { data: { port: port2 }, transferList: [port2] });
    const heard = [];
    port1.on("message", (number) => heard.push(number));
    for (let round = 0; round < 3; round += 1) {
      import.meta.resolve("made:held");
      const later = import("made:" + round);
      const asked = navigator.locks.request("one", () => import.meta.resolve("made:a") + import.meta.resolve("made:b"));
      port1.postMessage("free");
      await asked;
      await later;
    }
    while (heard.length < 12) await sleep(5);
    port1.close();
    export default heard;`,
    "/main.mjs",
  );
  expect([errorMessage, outcome.kind]).toEqual([undefined, "returned"]);
  expect(exports).toEqual({ default: Array.from({ length: 12 }, (_, number) => number) });
}, 90_000);

class Abort {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;
  readonly abort = (): void => this.#controller.abort();
}
