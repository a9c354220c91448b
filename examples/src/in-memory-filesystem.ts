/** One filesystem, held by the host: written before the run, read after it, put back to where it was. */
import {
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";

const filesystem = createInMemoryFileSystem();
await filesystem.mkdir("/workspace", { recursive: true });
await filesystem.writeFile("/workspace/numbers.txt", "3\n5\n8\n");
const before = filesystem.snapshot();

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem,
    permissions: { fs: allowPaths({ read: ["/workspace/**"], write: ["/workspace/**"] }) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run(`
  const fs = require("node:fs");
  const numbers = fs.readFileSync("/workspace/numbers.txt", "utf8").trim().split("\\n").map(Number);
  fs.writeFileSync("/workspace/sum.txt", String(numbers.reduce((sum, number) => sum + number, 0)));
  fs.symlinkSync("sum.txt", "/workspace/latest");
`);

const names = async (): Promise<string> =>
  (await filesystem.readDirWithTypes("/workspace"))
    .map((entry) => `${entry.name} (${entry.type})`)
    .sort()
    .join(", ");

console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
console.log(`sum: ${new TextDecoder().decode(await filesystem.readFile("/workspace/sum.txt"))}`);
console.log(`after the run: ${await names()}`);
filesystem.restore(before);
console.log(`after restore: ${await names()}`);
