import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type RuntimeDriverFactory,
} from "vivarium";
import { type PackageProgram, type ProgramEnd, packageRoot } from "./package-program.ts";

/** Heap of a guest, in MiB: `typescript` and what is compiled to WebAssembly want some. */
const MEMORY_LIMIT = 512;

/** Guests that find the packages of this workspace in their `/node_modules`. */
export class PackageGuests {
  readonly #factory: RuntimeDriverFactory = createNodeRuntimeDriverFactory({ waitingCells: 1 });

  async run(program: PackageProgram, url: string, timeLimitMs: number): Promise<ProgramEnd> {
    const output = { stdout: "", stderr: "" };
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/tmp");
    filesystem.mkdir("/programs");
    await using runtime = new NodeRuntime({
      systemDriver: createNodeDriver({
        filesystem,
        moduleAccess: { cwd: packageRoot },
        useDefaultNetwork: true,
        loopbackExemptPorts: [Number(new URL(url).port)],
        permissions: allowAll,
        processConfig: { argv: [url], env: { NO_COLOR: "1", TZ: "UTC", PATH: "/usr/local/bin" } },
      }),
      runtimeDriverFactory: this.#factory,
      memoryLimit: MEMORY_LIMIT,
      wallTimeLimitMs: timeLimitMs,
      onStdio: ({ channel, message }) => {
        output[channel] += message;
      },
    });
    const { code, errorMessage = "" } = await runtime.exec(program.source, { filePath: program.guestPath });
    return { code, stdout: output.stdout, stderr: output.stderr || errorMessage };
  }
}
