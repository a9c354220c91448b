import fs from "node:fs";
import os from "node:os";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FileOperation, fileOperation } from "./fixtures/file-operations.ts";
import { MemoryRunner } from "./fixtures/run-in-memory.ts";
import { HostRunner } from "./fixtures/run-on-host.ts";

/** Directories above the shared one, empty on both sides: a link to `..` stays in what the test has made. */
const cushion = "/x/y/z";

interface Outcome {
  readonly answer?: unknown;
  readonly code?: unknown;
}

function outcomeOf(runner: MemoryRunner | HostRunner, operation: FileOperation): Outcome {
  try {
    return { answer: runner.run(operation) };
  } catch (error) {
    if (error instanceof Error && "code" in error) return { code: error.code };
    throw error;
  }
}

function treeOnHost(directory: string): unknown[] {
  return fs
    .readdirSync(directory, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return [entry.name, treeOnHost(path)];
      return [entry.name, entry.isSymbolicLink() ? fs.readlinkSync(path) : fs.readFileSync(path, "latin1")];
    });
}

function treeInMemory(filesystem: InMemoryFileSystem, directory: string): unknown[] {
  return [...filesystem.readDirWithTypes(directory)]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type }) => {
      const path = `${directory}/${name}`;
      if (type === "directory") return [name, treeInMemory(filesystem, path)];
      const content = type === "symlink" ? filesystem.readlink(path) : filesystem.readFile(path);
      return [name, typeof content === "string" ? content : Buffer.from(content).toString("latin1")];
    });
}

// What is compared with is Linux; elsewhere the codes are others.
describe.runIf(process.platform === "linux")("createInMemoryFileSystem() beside the filesystem of Linux", () => {
  let root: string;
  let umask: number;
  beforeAll(() => {
    root = fs.mkdtempSync(`${os.tmpdir()}/vivarium-memfs-`);
    umask = process.umask(0);
  });
  afterAll(() => {
    process.umask(umask);
    fs.rmSync(root, { recursive: true });
  });

  it("answers every step of any program as Linux does, and holds the same tree in the end", () => {
    fc.assert(
      fc.property(fc.array(fileOperation, { minLength: 5, maxLength: 60, size: "max" }), (operations) => {
        const directory = fs.mkdtempSync(`${root}/run-`);
        const shared = `${directory}${cushion}`;
        fs.mkdirSync(shared, { recursive: true });
        const filesystem = createInMemoryFileSystem();
        filesystem.mkdir(cushion, { recursive: true });
        using host = new HostRunner(shared);
        const memory = new MemoryRunner(filesystem, cushion);
        for (const operation of operations) expect(outcomeOf(memory, operation)).toEqual(outcomeOf(host, operation));
        expect(treeInMemory(filesystem, "/x")).toEqual(treeOnHost(`${directory}/x`));
      }),
      { numRuns: 400 },
    );
  });
});
