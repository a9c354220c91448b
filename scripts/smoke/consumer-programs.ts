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

/** A plugin that lies in a folder, installed and told of something; and a sandbox that is held to what one has to be. */
const pluginHost = `
import { mkdirSync, writeFileSync } from "node:fs";
import { IsolatedVmSandbox, PluginHost } from "@vivarium/plugin-host";
import { pluginSandboxCases } from "@vivarium/plugin-host/conformance";
const permissions = { hooks: ["asked"], storage: { quotaBytes: 100 } };
mkdirSync("plugins/greet", { recursive: true });
writeFileSync("plugins/greet/plugin.json", JSON.stringify({ id: "greet", name: "Greet", version: "1.0.0", entrypoint: "a.js", permissions }));
writeFileSync("plugins/greet/a.js", "export const activate = ({ events, storage }) => events.filter('asked', async (name) => { await storage.set('last', name); return 'hello ' + await storage.get('last'); });");
await using plugins = new PluginHost();
await plugins.installAll("plugins");
await plugins.startAll();
await using sandbox = new IsolatedVmSandbox();
const isolate = await sandbox.createIsolate({ id: "one", name: "One", version: "1.0.0", entrypoint: "a.js" });
console.log(await plugins.filter("asked", "stranger"), await sandbox.executeInSandbox(isolate, "6 * 7", {}), pluginSandboxCases.length > 20);
`;

/** What it prints. */
export const pluginOutput = "hello stranger 42 true\n";

/** What each of the others prints. */
export const expectedOutput = "0 EACCES hello\n";

/** The programs of an application, and what the TypeScript compiler needs to look at them. */
export const consumerPrograms: Readonly<Record<string, string>> = {
  "main.mjs": `import { ${names} } from "vivarium";\n${program}`,
  "main.cjs": `const { ${names} } = require("vivarium");\n${program}`,
  "extensions.mjs": extensionHost,
  "plugins.mjs": pluginHost,
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
  "typed-plugins.mts": `
import { type PluginContext, PluginHost, type PluginHostOptions } from "@vivarium/plugin-host";
export const options: PluginHostOptions = { isolation: "process", limits: { memoryMb: 64 } };
export const ids: readonly string[] = new PluginHost(options).list().map(({ id }) => id);
export const activate = ({ storage }: PluginContext<"storage">): Promise<void> => storage.set("a", 1);
type IsFound<T> = 0 extends 1 & T ? false : true;
export const found: [IsFound<PluginHostOptions>, IsFound<PluginContext>] = [true, true];
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
  "tsconfig.extensions.json": JSON.stringify(tsconfig(["typed-extensions.mts", "typed-plugins.mts"], true)),
};

function tsconfig(files: readonly string[], skipLibCheck: boolean): object {
  const shared = { module: "nodenext", target: "esnext", strict: true, noEmit: true, types: [] };
  return { compilerOptions: { ...shared, skipLibCheck }, files };
}
