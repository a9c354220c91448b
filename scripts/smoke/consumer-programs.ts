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

/** What each of them prints. */
export const expectedOutput = "0 EACCES hello\n";

/** The programs of an application, and what the TypeScript compiler needs to look at them. */
export const consumerPrograms: Readonly<Record<string, string>> = {
  "main.mjs": `import { ${names} } from "vivarium";\n${program}`,
  "main.cjs": `const { ${names} } = require("vivarium");\n${program}`,
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
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      module: "nodenext",
      target: "esnext",
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: false,
    },
    files: ["typed.mts", "typed.cts"],
  }),
};
