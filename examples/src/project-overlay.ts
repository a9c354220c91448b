/** A program changes a real project, and the project stays as it is: the changes lie in memory, to be looked at first. */
import { readFileSync } from "node:fs";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  createOverlayFileSystem,
  NodeFileSystem,
  NodeRuntime,
} from "vivarium";

const project = new URL("..", import.meta.url);
const filesystem = createOverlayFileSystem({
  lower: new NodeFileSystem({ root: project.pathname, readOnly: true }),
  upper: createInMemoryFileSystem(),
});

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run(`
  const fs = require("node:fs");
  const manifest = JSON.parse(fs.readFileSync("/package.json", "utf8"));
  fs.writeFileSync("/package.json", JSON.stringify({ ...manifest, name: "renamed-by-a-guest" }, null, 2));
  fs.mkdirSync("/src/first");
  fs.renameSync("/src/hello.ts", "/src/first/hello.ts");
  fs.rmSync("/src/demo", { recursive: true });
`);

console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
for (const { kind, path } of await filesystem.changes()) console.log(`${kind} ${path}`);

const name = (text: string): string => JSON.parse(text).name;
console.log(`to the guest: ${name(new TextDecoder().decode(await filesystem.readFile("/package.json")))}`);
console.log(`on the disk:  ${name(readFileSync(new URL("package.json", project), "utf8"))}`);
