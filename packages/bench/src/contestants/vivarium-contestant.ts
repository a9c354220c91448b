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
  readonly isolation?: "run" | "runtime";
  readonly permission: PermissionKind;
}

export function vivariumContestant(setUp: VivariumSetUp): Contestant {
  const { cell, isolation = "runtime", permission } = setUp;
  return {
    title: `vivarium, ${cell} cell${isolation === "run" ? " per run" : ""}, ${permission}`,
    ...nodePrograms,
    async open(): Promise<Session> {
      const vivarium = await import("vivarium");
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
        runtimeDriverFactory: vivarium.createNodeRuntimeDriverFactory({
          cells: cell,
          isolation,
        }),
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
