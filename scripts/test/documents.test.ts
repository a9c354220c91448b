import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../../packages/core/src/errors/error-codes.table.ts";
import { findLocalLinks, findPrograms, readDocument, root } from "./read-document.ts";

const documents = globSync(["*.md", "docs/*.md", "packages/*/*.md"], { cwd: root }).sort();
const programs = documents.flatMap((path) =>
  findPrograms(readDocument(path)).map((program) => ({ ...program, place: `${path}:${program.line}` })),
);

/** Codes of Node's that the kernel hands on. */
const codesOfNode: readonly string[] = [
  "ERR_ACCESS_DENIED",
  "ERR_CRYPTO_OPERATION_FAILED",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_URL",
  "ERR_OUT_OF_RANGE",
  "ERR_TLS_HANDSHAKE_TIMEOUT",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_ZLIB_INITIALIZATION_FAILED",
];

/** Codes that extensions of Directus know from the client that it has beneath. */
const codesOfAxios: readonly string[] = ["ERR_BAD_REQUEST", "ERR_BAD_RESPONSE", "ERR_FR_TOO_MANY_REDIRECTS"];

/** Inside a guest codes are Node's, but for those that say otherwise. Comments speak of both. */
function findOwnCodes(path: string, source: string): readonly string[] {
  const isGuest = path.includes("/src/guest/");
  const codes = source.match(isGuest ? /(?<=["'])ERR_VIVARIUM_\w+/g : /(?<=["'])ERR_[A-Z_]+(?=["'])/g) ?? [];
  return codes.filter((code) => !codesOfNode.includes(code) && !codesOfAxios.includes(code));
}

describe("The documents", () => {
  test("hold programs, the README the first of them", () => {
    expect(programs.map((program) => program.place.split(":")[0])).toContain("README.md");
    const marked =
      documents
        .map(readDocument)
        .join("")
        .match(/^```ts run$/gm) ?? [];
    expect(programs).toHaveLength(marked.length);
  });

  /** What is pasted first should work in a file of either kind. */
  const inJavaScript = programs.filter(({ place }) => /^(?:packages\/vivarium\/)?README\.md:/.test(place));

  test("have programs that are JavaScript too", () => expect(inJavaScript).toHaveLength(2));

  test.each([
    ...programs.map((program) => ({ ...program, type: "module-typescript" })),
    ...inJavaScript.map((program) => ({ ...program, type: "module" })),
  ])("run: $place prints what stands beneath it, as $type", ({ code, output, type }) => {
    const args = ["--conditions=@vivarium/source", `--input-type=${type}`, "--eval", code];
    const run = spawnSync(process.execPath, args, {
      cwd: join(root, "examples"),
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        VIVARIUM_CELL_BUNDLES: process.env["VIVARIUM_CELL_BUNDLES"],
        NO_COLOR: "1",
      },
    });
    expect(run.stderr).toBe("");
    expect(run.stdout.trimEnd()).toBe(output);
    expect(run.status).toBe(0);
  });

  test.each(documents)("link to what is there: %s", (path) => {
    const missing = findLocalLinks(readDocument(path)).filter(
      (target) => !existsSync(join(root, dirname(path), target)),
    );
    expect(missing).toEqual([]);
  });

  test("keep the README within 150 lines", () => {
    expect(readDocument("README.md").split("\n").length).toBeLessThanOrEqual(150);
  });

  test("tell every error code once, with its blame", () => {
    const rows = [...readDocument("docs/errors.md").matchAll(/^\| `(ERR_\w+)` \| (\w+) \|/gm)].map(
      ([, code, blame]) => [code, blame],
    );
    expect(rows).toEqual(Object.entries(errorCodes).map(([code, entry]) => [code, entry.blame]));
  });

  test("tell every code of our own that the sources use", () => {
    const sources = globSync("packages/*/src/**/*.ts", { cwd: root });
    const used = new Set(sources.flatMap((path) => findOwnCodes(path, readDocument(path))));
    expect(used).toContain("ERR_VIVARIUM_UNIMPLEMENTED");
    const told = new Set(readDocument("docs/errors.md").match(/(?<=^\| `)ERR_\w+/gm));
    expect([...used].filter((code) => !told.has(code))).toEqual([]);
  });
});
