import type { Callable, HostCallKind } from "./callable.ts";

/** Both directions, in a guest. */
const PROGRAM = `
  import { echoNow, echoLater } from "host:echo";
  export const echo = (bytes) => bytes;
  export async function callHost(kind, size, times) {
    const bytes = new Uint8Array(size).fill(7);
    if (kind === "synchronous") for (let time = 0; time < times; time++) echoNow(bytes);
    else for (let time = 0; time < times; time++) await echoLater(bytes);
  }
`;

interface Exports {
  echo(bytes: Uint8Array): Uint8Array;
  callHost(kind: HostCallKind, bytes: number, times: number): Promise<void>;
}

/** A guest of ours, in a cell of this kind. */
export async function openVivarium(cells: "process" | "worker" | "inline"): Promise<Callable> {
  const { createNodeDriver, createNodeRuntimeDriverFactory, defineModule, NodeRuntime } = await import("vivarium");
  const runtime = new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells, idleTimeMs: 0 }),
    modules: {
      "host:echo": defineModule({
        echoNow: (bytes: Uint8Array) => bytes,
        echoLater: async (bytes: Uint8Array) => bytes,
      }),
    },
  });
  const guest = await runtime.load<Exports>(PROGRAM, "/e.mjs");
  return {
    echo: (bytes) => guest.call("echo", [bytes]),
    callHost: (kind, bytes, times) => guest.call("callHost", [kind, bytes, times]),
    [Symbol.asyncDispose]: () => runtime.dispose(),
  };
}
