import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Contestant,
  measuredContent,
  measuredFile,
  nodePrograms,
  type PermissionKind,
  type Session,
} from "./contestant.ts";

/** As much of secure-exec 0.2.1 as is called here. */
interface SecureExec {
  readonly NodeRuntime: new (
    options: object,
  ) => {
    run(code: string): Promise<{ readonly code: number; readonly exports?: unknown; readonly errorMessage?: string }>;
    terminate?(): Promise<void>;
    dispose?(): void;
  };
  createNodeDriver(options: object): unknown;
  createNodeRuntimeDriverFactory(): unknown;
  createInMemoryFileSystem(): {
    mkdir(path: string): Promise<void>;
    writeFile(path: string, content: string): Promise<void>;
  };
  readonly allowAllFs: object;
}

/** `folder` is where npm installed the package. */
export function secureExecContestant(folder: string, permission: PermissionKind): Contestant {
  return {
    title: `secure-exec 0.2.1, ${permission}`,
    ...nodePrograms,
    async open(): Promise<Session> {
      const entry = join(folder, "node_modules", "secure-exec", "dist", "index.js");
      const peer: SecureExec = await import(pathToFileURL(entry).href);
      const filesystem = peer.createInMemoryFileSystem();
      await filesystem.mkdir("/workspace");
      await filesystem.writeFile(measuredFile, measuredContent);
      const check = (request: { readonly path: string }): object => ({ allow: request.path.startsWith("/workspace") });
      const runtime = new peer.NodeRuntime({
        systemDriver: peer.createNodeDriver({
          filesystem,
          permissions: permission === "preset" ? peer.allowAllFs : { fs: check },
        }),
        runtimeDriverFactory: peer.createNodeRuntimeDriverFactory(),
      });
      return {
        async run(code): Promise<unknown> {
          const result = await runtime.run(code);
          if (result.code !== 0) throw new Error(result.errorMessage ?? `code ${result.code}`);
          return result.exports;
        },
        async [Symbol.asyncDispose](): Promise<void> {
          await runtime.terminate?.();
          runtime.dispose?.();
        },
      };
    },
  };
}
