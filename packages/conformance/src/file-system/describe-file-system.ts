import type { FileSystem, MaybePromise } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import {
  type FileSystemCapabilities,
  type FileSystemCapability,
  methodsOfCapability,
} from "./file-system-capabilities.ts";
import { fileSystemCases } from "./file-system-cases.ts";

/** A filesystem to test that is more than an object: it works in a directory of its own, or has to be disposed of. */
export interface FileSystemUnderTest extends Partial<AsyncDisposable> {
  readonly filesystem: FileSystem;
  /** An empty directory that the suite may use. @default "/" */
  readonly directory?: string;
}

/**
 * Makes an empty filesystem, anew for each case. One with `Symbol.asyncDispose` is disposed of after its case.
 */
export type CreateFileSystem = () => MaybePromise<FileSystem | FileSystemUnderTest>;

const all = Object.keys(methodsOfCapability) as FileSystemCapability[];

/**
 * Defines a vitest suite that holds a filesystem to its contract: what every verb does, and every error code.
 *
 * @param name Of the driver; the name of the suite.
 * @param capabilities What it can do. Everything is expected of it that is not declared `false`; the cases that need
 *   more are then skipped, visibly. Declaring a gap that is none, or none where there is one, fails.
 */
export function describeFileSystem(
  name: string,
  create: CreateFileSystem,
  capabilities: Partial<FileSystemCapabilities> = {},
): void {
  const has = (capability: FileSystemCapability): boolean => capabilities[capability] ?? true;
  describe(`${name} as a filesystem`, () => {
    // Who may give files away is a matter of whose process it is, not of which verbs there are.
    const told = all.filter((capability) => capability !== "owners" || has(capability));
    it.each(told)("declares %s as it is", async (capability) => {
      await using bench = await prepare(create);
      const present = methodsOfCapability[capability].filter((method) => typeof bench.fs[method] === "function");
      expect(present, "methods that it has").toEqual(has(capability) ? methodsOfCapability[capability] : []);
    });
    for (const one of fileSystemCases) {
      it.skipIf(!(one.needs ?? []).every(has))(one.name, async () => {
        await using bench = await prepare(create);
        await one.run(bench);
      });
    }
  });
}

interface PreparedBench extends AsyncDisposable {
  readonly fs: Required<FileSystem>;
  at(path: string): string;
}

async function prepare(create: CreateFileSystem): Promise<PreparedBench> {
  const made = await create();
  const under: FileSystemUnderTest = "filesystem" in made ? made : { filesystem: made };
  const base = under.directory === undefined || under.directory === "/" ? "" : under.directory;
  return {
    fs: under.filesystem as Required<FileSystem>,
    at: (path) => (path === "" ? base || "/" : `${base}/${path}`),
    async [Symbol.asyncDispose]() {
      await under[Symbol.asyncDispose]?.();
    },
  };
}
