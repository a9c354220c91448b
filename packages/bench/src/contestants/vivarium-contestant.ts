import type { RuntimeDriverFactory } from "vivarium";
import {
  type Contestant,
  measuredContent,
  measuredFile,
  nodePrograms,
  type PermissionKind,
  type Session,
} from "./contestant.ts";

export interface VivariumSetUp {
  readonly cell: "process" | "inline";
  /** @default "runtime" */
  readonly isolation?: "run" | "runtime" | "shared";
  readonly permission: PermissionKind;
}

export function vivariumContestant(setUp: VivariumSetUp): Contestant {
  const { cell, isolation = "runtime", permission } = setUp;
  const manner = { run: " per run", runtime: "", shared: ", shared" }[isolation];
  let factory: RuntimeDriverFactory | undefined;
  return {
    title: `vivarium, ${cell} cell${manner}, ${permission}`,
    ...nodePrograms,
    async open(): Promise<Session> {
      const vivarium = await import("vivarium");
      // What shares cells shares a factory; others have one each, so that a new runtime is measured as the first one is.
      factory =
        isolation === "shared" && factory !== undefined
          ? factory
          : vivarium.createNodeRuntimeDriverFactory({
              cells: cell,
              isolation,
              ...(isolation === "shared" && { maxCells: 1, guestsPerCell: 200 }),
            });
      const filesystem = vivarium.createInMemoryFileSystem();
      await filesystem.mkdir("/workspace", { recursive: true });
      await filesystem.writeFile(measuredFile, measuredContent);
      const runtime = new vivarium.NodeRuntime({
        systemDriver: vivarium.createNodeDriver({
          filesystem,
          permissions:
            permission === "preset"
              ? vivarium.allowAllFs
              : { fs: (request) => ({ allow: request.path.startsWith("/workspace") || request.path === "/" }) },
        }),
        runtimeDriverFactory: factory,
      });
      return {
        async run(code): Promise<unknown> {
          const result = await runtime.run(code);
          if (result.code !== 0) throw new Error(result.errorMessage ?? `code ${result.code}`);
          return result.exports;
        },
        [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
      };
    },
  };
}
