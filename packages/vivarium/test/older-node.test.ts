import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** What Node 20 lacks of that which the sources use when they are loaded, and what it says that it is. */
const program = `
  delete ArrayBuffer.prototype.detached;
  Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
  const { createInMemoryFileSystem, createNodeRuntimeDriverFactory } = await import("vivarium");
  createInMemoryFileSystem().writeFile("/a.txt", "content");
  try { createNodeRuntimeDriverFactory(); } catch (error) { console.log(error.code, error.message); }
`;

test("vivarium can be imported on an older Node, and createNodeRuntimeDriverFactory() says there which one it needs", () => {
  const args = ["--conditions=@vivarium/source", "--input-type=module", "--eval", program];
  const run = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL("../", import.meta.url)),
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  expect(run.stdout).toMatch(/^ERR_UNSUPPORTED_PLATFORM .*expected Node 24, .*got "Node 20\.20\.2"\n$/);
});
