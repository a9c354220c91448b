import {
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Diagnostic,
  type FileSystem,
  type HostModules,
  type InMemoryFileSystem,
  NodeRuntime,
  type Permissions,
  type RuntimeDriverFactory,
} from "../src/index.ts";

/** The two kinds of cell that differ most: what is promised to embedders holds in each. */
export const cellKinds = ["process", "inline"] as const;

const everyKind = ["process", "worker", "inline"] as const;

export type CellKind = (typeof everyKind)[number];

/**
 * For what a guest does in the same way wherever its cell is: the default kind, and every kind with `pnpm test:everything`.
 * That values cross in each kind, also those of modules of the host, the conformance suite of runtime drivers shows.
 */
export const sampledKinds: readonly CellKind[] =
  process.env["VIVARIUM_TEST_EVERYTHING"] === undefined ? ["process"] : everyKind;

export interface World {
  readonly cells: CellKind;
  readonly filesystem?: FileSystem;
  readonly permissions?: Permissions;
  readonly diagnostics?: Diagnostic[];
  readonly modules?: HostModules;
}

/** One of each: what cells are copied from is then made once, and worlds one after the other find it there. */
const factories: ReadonlyMap<CellKind, RuntimeDriverFactory> = new Map(
  everyKind.map((cells) => [cells, createNodeRuntimeDriverFactory({ cells })]),
);

/** A Runtime over the world; dispose of it when the test ends. */
export function createRuntime({ cells, filesystem, permissions, diagnostics, modules }: World): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions }),
    runtimeDriverFactory: factories.get(cells) ?? createNodeRuntimeDriverFactory({ cells }),
    ...(modules !== undefined && { modules }),
    ...(diagnostics !== undefined && { onDiagnostic: (diagnostic) => void diagnostics.push(diagnostic) }),
  });
}

/** `/secret.txt` outside, and inside `/workspace` a file, a folder and links that lead out in several ways. */
export function createWorkspace(): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem();
  filesystem.writeFile("/secret.txt", "top secret");
  filesystem.mkdir("/private");
  filesystem.writeFile("/private/key.txt", "top secret");
  filesystem.mkdir("/workspace/folder", { recursive: true });
  filesystem.writeFile("/workspace/file.txt", "mine");
  filesystem.symlink("/secret.txt", "/workspace/to-secret");
  filesystem.symlink("../secret.txt", "/workspace/to-secret-by-dots");
  filesystem.symlink("/private", "/workspace/to-private");
  filesystem.symlink("to-secret", "/workspace/to-link");
  filesystem.symlink("/", "/workspace/to-root");
  filesystem.symlink("/nowhere.txt", "/workspace/dangling");
  return filesystem;
}

/** Notes the name of every driver method that is called. */
export function recordCalls(filesystem: FileSystem, calls: string[]): FileSystem {
  return new Proxy(filesystem, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        calls.push(String(key));
        return Reflect.apply(member, target, args);
      };
    },
  });
}
