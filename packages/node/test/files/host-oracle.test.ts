import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeFileSystem } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";
import { plainHostFiles } from "./fixtures/plain-host-files.ts";
import { sampledThreads } from "./fixtures/thoroughness.ts";
import {
  outcomeOf,
  type TreeOperation,
  treeOf,
  treeOperation,
  type WholeFileSystem,
} from "./fixtures/tree-operations.ts";

/** Of a program: a hard link to what is not there, beyond a link, in a file instead of a directory. */
const missingFile: readonly TreeOperation[] = [
  { verb: "writeFile", path: "/b", text: "" },
  { verb: "mkdirs", path: "/c/a" },
  { verb: "symlink", path: "/a", target: "c/a" },
  { verb: "link", path: "/a/c", to: "/b/a" },
];

/** Directories above those that the program works in: a link to `..` stays in what the test has made. */
const cushion = "/x/y/z";

describe.runIf(process.platform === "linux")("NodeFileSystem beside the host's own fs", () => {
  let umask: number;
  beforeAll(() => {
    umask = process.umask(0);
  });
  afterAll(() => {
    process.umask(umask);
  });

  it.each(sampledThreads)("answers every step of any program as that does, with threads: %s", async (threads) => {
    await fc.assert(
      fc.asyncProperty(fc.array(treeOperation, { minLength: 5, maxLength: 40, size: "max" }), async (operations) => {
        using folder = makeHostFolder();
        for (const place of [folder.root, folder.outside]) fs.mkdirSync(join(place, cushion), { recursive: true });
        const files = new NodeFileSystem({ root: folder.root, threads });
        const plain = plainHostFiles(folder.outside) as WholeFileSystem;
        for (const operation of operations) {
          const wanted = await outcomeOf(plain, operation, cushion);
          expect(await outcomeOf(files, operation, cushion), JSON.stringify(operation)).toEqual(wanted);
        }
        expect(await treeOf(files, "/")).toEqual(await treeOf(plain, "/"));
      }),
      { numRuns: 100, examples: [[[...missingFile]]] },
    );
  });
});
