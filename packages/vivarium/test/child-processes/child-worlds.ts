import { mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CommandExecutor,
  createCommandExecutor,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Diagnostic,
  NodeRuntime,
  type Permissions,
  type RuntimeDriverFactory,
  type RuntimeOptions,
} from "../../src/index.ts";
import { type CellKind, sampledKinds } from "../worlds.ts";

/** Those of the sampled whose guests can wait for what has no answer at once. */
export const waitingKinds: readonly CellKind[] = sampledKinds.filter((cells) => cells !== "inline");

const factories: Map<CellKind, RuntimeDriverFactory> = new Map();

function factoryOf(cells: CellKind): RuntimeDriverFactory {
  const factory = factories.get(cells) ?? createNodeRuntimeDriverFactory({ cells });
  factories.set(cells, factory);
  return factory;
}

export interface ChildWorld {
  readonly cells: CellKind;
  readonly permissions: Permissions;
  readonly commandExecutor?: CommandExecutor;
  readonly env?: Readonly<Record<string, string>>;
  readonly diagnostics?: Diagnostic[];
  readonly output?: string[];
  readonly options?: Omit<RuntimeOptions, "systemDriver" | "runtimeDriverFactory">;
}

/** A runtime whose guests have commands of the host, as far as they are allowed. */
export function createChildRuntime(world: ChildWorld): NodeRuntime {
  const { cells, permissions, commandExecutor = createCommandExecutor({ cwd: "/" }), env = {} } = world;
  const filesystem = createInMemoryFileSystem();
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions, commandExecutor, processConfig: { env } }),
    runtimeDriverFactory: factoryOf(cells),
    onStdio: ({ message }) => void world.output?.push(message),
    onDiagnostic: (diagnostic) => void world.diagnostics?.push(diagnostic),
    ...world.options,
  });
}

/** A directory of a test's own, gone with it. */
export class OwnDirectory implements AsyncDisposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), "vivarium-children-")));

  at(name: string): string {
    return join(this.path, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Whether there is a process that is more than its parent's memory of it. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}
