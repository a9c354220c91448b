/** What a reader of the README writes first, but for the way in which it gets hold of the package. */
const program = `
async function main() {
  const filesystem = createInMemoryFileSystem();
  await filesystem.mkdir("/workspace");
  await filesystem.writeFile("/secret.txt", "top secret");
  const systemDriver = createNodeDriver({ filesystem, permissions: { fs: allowPaths(["/workspace/**"]) } });
  await using runtime = new NodeRuntime({ systemDriver, runtimeDriverFactory: createNodeRuntimeDriverFactory() });
  const result = await runtime.run(\`
    const fs = require("node:fs");
    fs.writeFileSync("/workspace/note.txt", "hello");
    try { fs.readFileSync("/secret.txt"); } catch (error) { module.exports = error.code; }
  \`);
  console.log(result.code, result.exports, await filesystem.readTextFile("/workspace/note.txt"));
}
main().catch((error) => { console.log(error.code, error.message); process.exitCode = 1; });
`;

const names = "allowPaths, createInMemoryFileSystem, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime";

/** An extension that lies in a folder, loaded and called. */
const extensionHost = `
import { mkdirSync, writeFileSync } from "node:fs";
import { DirectusExtensions } from "@vivarium/directus";
const sandbox = { enabled: true, requestedScopes: { log: {} } };
const path = { app: "app.js", api: "api.js" };
const extension = { type: "operation", path, source: path, host: "^12.0.0", sandbox };
mkdirSync("extensions/greet", { recursive: true });
writeFileSync("extensions/greet/package.json", JSON.stringify({ name: "greet", version: "1.0.0", "directus:extension": extension }));
writeFileSync("extensions/greet/api.js", "import { log } from 'directus:api'; export default { id: 'greet', handler: ({ name }) => { log('asked'); return 'hello ' + name; } };");
const lines = [];
await using extensions = new DirectusExtensions({ logger: { info: (line) => lines.push(line), warn: (line) => lines.push(line) } });
await extensions.loadAll("extensions");
console.log(lines.join(), await extensions.operations.run("greet", { name: "stranger" }), lines.join());
`;

/** What it prints. */
export const extensionOutput = " hello stranger asked\n";

/** What each of the others prints. */
export const expectedOutput = "0 EACCES hello\n";

/** The programs of an application, and what the TypeScript compiler needs to look at them. */
export const consumerPrograms: Readonly<Record<string, string>> = {
  "main.mjs": `import { ${names} } from "vivarium";\n${program}`,
  "main.cjs": `const { ${names} } = require("vivarium");\n${program}`,
  "extensions.mjs": extensionHost,
  "extension.mts": `
/// <reference types="@vivarium/directus/api.d.ts" />
import type { SandboxOperationConfig } from "directus:api";
import { log } from "directus:api";
export const config: SandboxOperationConfig = { id: "greet", handler: () => log("asked") };
`,
  "typed-extensions.mts": `
import { DirectusExtensions, type DirectusExtensionsOptions } from "@vivarium/directus";
export const options: DirectusExtensionsOptions = { mustLoad: true, limits: { memoryMib: 64 } };
export const names: readonly string[] = new DirectusExtensions(options).extensions.map(({ name }) => name);
type IsFound<T> = 0 extends 1 & T ? false : true;
export const found: IsFound<DirectusExtensionsOptions> = true;
`,
  "typed.mts": `
import { createInMemoryFileSystem, NodeRuntime, type Permissions, type RunResult } from "vivarium";
export const permissions: Permissions = { fs: ({ path }) => path === "/a" };
export const filesystem = createInMemoryFileSystem();
export async function run(runtime: NodeRuntime): Promise<RunResult<string>> {
  return runtime.run<string>("module.exports = 'hello'", "/entry.js");
}
// Only for types that were found: what is not found fits everything, a contradiction too.
type IsFound<T> = 0 extends 1 & T ? false : true;
export const found: [IsFound<Permissions>, IsFound<RunResult<string>>] = [true, true];
`,
  "typed.cts": `
import vivarium = require("vivarium");
export const filesystem: vivarium.FileSystem = vivarium.createInMemoryFileSystem();
`,
  "tsconfig.json": JSON.stringify(tsconfig(["typed.mts", "typed.cts", "extension.mts"], false)),
  // Its types name some of Node's, of which a project that has none of them gets nothing.
  "tsconfig.extensions.json": JSON.stringify(tsconfig(["typed-extensions.mts"], true)),
};

function tsconfig(files: readonly string[], skipLibCheck: boolean): object {
  const shared = { module: "nodenext", target: "esnext", strict: true, noEmit: true, types: [] };
  return { compilerOptions: { ...shared, skipLibCheck }, files };
}
