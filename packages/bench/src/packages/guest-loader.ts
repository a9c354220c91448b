import { HostCalls } from "@vivarium/kernel";
import { packageRoot } from "@vivarium/package-tests";
import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type NodeRuntimeDriverOptions,
} from "vivarium";
import { type Loader, readTimes } from "./loader.ts";
import { timed } from "./loads.table.ts";

let hostCalls = 0;
const { serve } = HostCalls.prototype;
HostCalls.prototype.serve = function (...call) {
  hostCalls += 1;
  return serve.apply(this, call);
};

/** Guests of one runtime. With `isolation: "run"` each has a cell that has learnt nothing of packages. */
export function guestLoader(title: string, options: NodeRuntimeDriverOptions): Loader {
  let printed = "";
  const runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem: createInMemoryFileSystem(),
      moduleAccess: { cwd: packageRoot },
      permissions: allowAll,
    }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory(options),
    memoryLimit: 512,
    onStdio: ({ message }) => {
      printed += message;
    },
  });
  return {
    title,
    async load(load) {
      printed = "";
      hostCalls = 0;
      const began = performance.now();
      const { errorMessage } = await runtime.exec(timed(load), { filePath: `/load.${load.isModule ? "mjs" : "cjs"}` });
      const wholeMs = performance.now() - began;
      if (errorMessage !== undefined) throw new Error(errorMessage);
      return { wholeMs, ...readTimes(printed), hostCalls };
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}
