import {
  describeFileSystem,
  type FileSystemCase,
  fileSystemCases,
  noFileSystemCapabilities,
} from "@vivarium/conformance";
import { createFileSystemError, type FileSystem } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createMapFileSystem } from "./fixtures/map-file-system.ts";

describeFileSystem("a driver over a map", createMapFileSystem, noFileSystemCapabilities);

/** The cases that a driver with the required verbs alone has to pass. */
const requiredCases = fileSystemCases.filter(({ needs }) => needs === undefined);

async function failuresOf(create: () => FileSystem): Promise<string[]> {
  const failures: string[] = [];
  for (const one of requiredCases) if (!(await passes(one, create()))) failures.push(one.name);
  return failures;
}

async function passes(one: FileSystemCase, filesystem: FileSystem): Promise<boolean> {
  try {
    await one.run({ fs: filesystem as Required<FileSystem>, at: (path) => `/${path}` });
    return true;
  } catch {
    return false;
  }
}

interface Mutation {
  /** What is wrong with the driver. */
  readonly wrong: string;
  /** Makes it wrong; `right` is the driver as it should be. */
  readonly mutate: (right: FileSystem) => Partial<FileSystem>;
}

const mutations: readonly Mutation[] = [
  { wrong: "readFile answers its own buffer", mutate: aliasingReads },
  {
    wrong: "readFile cuts the last byte off",
    mutate: ({ readFile }) => ({ readFile: async (path) => (await readFile(path)).slice(0, -1) }),
  },
  {
    wrong: "readFile gives an empty file for a missing one",
    mutate: ({ readFile }) => ({
      readFile: async (path) => {
        try {
          return await readFile(path);
        } catch {
          return new Uint8Array();
        }
      },
    }),
  },
  {
    wrong: "writeFile does nothing",
    mutate: () => ({ writeFile: async () => {} }),
  },
  {
    wrong: "writeFile keeps the tail of the old content",
    mutate: ({ readFile, writeFile }) => ({
      writeFile: async (path, content) => {
        const fresh = typeof content === "string" ? new TextEncoder().encode(content) : content;
        const old = await Promise.resolve(readFile(path)).catch(() => new Uint8Array());
        await writeFile(path, Uint8Array.of(...fresh, ...old.slice(fresh.length)));
      },
    }),
  },
  {
    wrong: "writeFile stores the whole buffer behind a view",
    mutate: ({ writeFile }) => ({
      writeFile: (path, content) =>
        writeFile(path, typeof content === "string" ? content : new Uint8Array(content.buffer)),
    }),
  },
  {
    wrong: "stat lies about the size",
    mutate: ({ stat }) => ({ stat: async (path) => ({ ...(await stat(path)), size: 0 }) }),
  },
  {
    wrong: "stat calls everything a file",
    mutate: ({ stat }) => ({ stat: async (path) => ({ ...(await stat(path)), type: "file" }) }),
  },
  {
    wrong: "stat puts the type into the mode",
    mutate: ({ stat }) => ({ stat: async (path) => ({ ...(await stat(path)), mode: 0o100644 }) }),
  },
  {
    wrong: "stat answers a time that is no number",
    mutate: ({ stat }) => ({ stat: async (path) => ({ ...(await stat(path)), mtimeMs: Number.NaN }) }),
  },
  {
    wrong: "readDirWithTypes lists . and ..",
    mutate: ({ readDirWithTypes }) => ({
      readDirWithTypes: async (path) => [{ name: ".", type: "directory" }, ...(await readDirWithTypes(path))],
    }),
  },
  {
    wrong: "readDirWithTypes stops after a hundred entries",
    mutate: ({ readDirWithTypes }) => ({
      readDirWithTypes: async (path) => (await readDirWithTypes(path)).slice(0, 100),
    }),
  },
  {
    wrong: "mkdir always makes parents",
    mutate: ({ mkdir }) => ({ mkdir: (path) => mkdir(path, { recursive: true }) }),
  },
  {
    wrong: "mkdir never makes parents",
    mutate: ({ mkdir }) => ({ mkdir: (path) => mkdir(path) }),
  },
  {
    wrong: "removeDir removes what is in it",
    mutate: (right) => ({ removeDir: (path) => removeAll(right, path) }),
  },
  {
    wrong: "removeFile removes an empty directory",
    mutate: ({ stat, removeFile, removeDir }) => ({
      removeFile: async (path) => ((await stat(path)).type === "directory" ? removeDir(path) : removeFile(path)),
    }),
  },
  {
    wrong: "removeFile forgives what is missing",
    mutate: ({ removeFile }) => ({
      removeFile: async (path) => {
        await Promise.resolve(removeFile(path)).catch(() => {});
      },
    }),
  },
  {
    wrong: "rename leaves the old name",
    mutate: ({ readFile, writeFile, rename }) => ({
      rename: async (from, to) => {
        const content = await Promise.resolve(readFile(from)).catch(() => undefined);
        await rename(from, to);
        if (content !== undefined) await writeFile(from, content);
      },
    }),
  },
  {
    wrong: "rename refuses to replace",
    mutate: ({ stat, rename }) => ({
      rename: async (from, to) => {
        const exists = await Promise.resolve(stat(to)).then(
          () => true,
          () => false,
        );
        if (exists && from !== to) throw createFileSystemError("EEXIST", { path: to });
        await rename(from, to);
      },
    }),
  },
  {
    wrong: "rename replaces a full directory",
    mutate: (right) => ({
      rename: async (from, to) => {
        if (from !== to && (await typeAt(right, from)) === (await typeAt(right, to))) await removeAll(right, to);
        await right.rename(from, to);
      },
    }),
  },
  {
    wrong: "rename moves a directory into itself",
    mutate: ({ rename }) => ({
      rename: async (from, to) => {
        if (!to.startsWith(`${from}/`)) await rename(from, to);
      },
    }),
  },
  {
    wrong: "every error is an EIO",
    mutate: ({ readFile }) => ({
      readFile: async (path) => {
        try {
          return await readFile(path);
        } catch {
          throw createFileSystemError("EIO", { path });
        }
      },
    }),
  },
];

function aliasingReads({ readFile, writeFile }: FileSystem): Partial<FileSystem> {
  const cache = new Map<string, Uint8Array>();
  return {
    readFile: async (path) => {
      const content = cache.get(path) ?? (await readFile(path));
      cache.set(path, content);
      return content;
    },
    writeFile: async (path, content) => {
      cache.delete(path);
      await writeFile(path, content);
    },
  };
}

async function typeAt({ stat }: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).type;
  } catch {
    return undefined;
  }
}

async function removeAll(right: FileSystem, path: string): Promise<void> {
  if ((await typeAt(right, path)) === "file") return right.removeFile(path);
  for (const { name } of await right.readDirWithTypes(path)) await removeAll(right, `${path}/${name}`);
  await right.removeDir(path);
}

describe("describeFileSystem()", () => {
  it("passes a driver that is right", async () => {
    expect(await failuresOf(createMapFileSystem)).toEqual([]);
  });

  it.each(mutations)("fails a driver when $wrong", async ({ mutate }) => {
    const failures = await failuresOf(() => {
      const right = createMapFileSystem();
      return { ...right, ...mutate(right) };
    });
    expect(failures).not.toEqual([]);
  });

  it("names every case once", () => {
    const names = fileSystemCases.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
