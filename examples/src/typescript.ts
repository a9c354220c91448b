/** TypeScript runs as Node 24 runs it: the types are stripped, and line and column of an error stay those of the source. */
import {
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";

const filesystem = createInMemoryFileSystem();
await filesystem.mkdir("/app");
await filesystem.writeFile("/app/package.json", '{ "type": "module" }');
await filesystem.writeFile(
  "/app/shape.ts",
  `export interface Shape { readonly width: number; readonly height: number }
export function area({ width, height }: Shape): number { return width * height; }
`,
);

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem, permissions: { fs: allowPaths({ read: ["/app/**"] }) } }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run<{ total: number }>(
  `import { area, type Shape } from "./shape.ts";
const shapes: readonly Shape[] = [{ width: 2, height: 3 }, { width: 4, height: 5 }];
export const total: number = shapes.map(area).reduce((sum: number, next) => sum + next, 0);
`,
  "/app/main.ts",
);
console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
console.log(`total ${result.exports?.total}`);

let trace = "";
const failed = await runtime.exec(
  "interface Empty {}\nconst value: Empty = {};\n  throw new Error('on line three');\n",
  {
    filePath: "/app/wrong.ts",
    onStdio: (event) => {
      trace += event.message;
    },
  },
);
console.log(`code ${failed.code}, at ${/wrong\.ts:\d+:\d+/.exec(trace)?.[0] ?? "no place"}`);
