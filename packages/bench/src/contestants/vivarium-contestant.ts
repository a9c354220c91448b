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
  readonly permission: PermissionKind;
  /** Guests that wait for their program. @default the factory's own */
  readonly waitingGuests?: number;
}

export function vivariumContestant(setUp: VivariumSetUp): Contestant {
  const { cell, permission, waitingGuests } = setUp;
  return {
    title: `vivarium, ${cell} cell, ${permission}${waitingGuests === 0 ? ", none waiting" : ""}`,
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
          cell,
          ...(waitingGuests === undefined ? {} : { waitingGuests }),
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
