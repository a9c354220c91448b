/** A program of several files: ES modules, a package with conditions, a CommonJS dependency, JSON, `import()`. */
import {
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";

const files: Readonly<Record<string, string>> = {
  "/app/package.json": '{ "name": "app", "type": "module", "imports": { "#rates": "./data/rates.json" } }',
  "/app/data/rates.json": '{ "EUR": 1, "CHF": 0.94 }',
  "/app/lib/convert.js": `
    import rates from "#rates" with { type: "json" };
    export let conversions = 0;
    export const convert = (amount, currency) => { conversions += 1; return amount * rates[currency]; };
  `,
  "/app/lib/report.js": "export const report = (lines) => lines.join(' | '); export const here = import.meta.filename;",
  "/app/node_modules/pad/package.json":
    '{ "name": "pad", "exports": { ".": { "import": "./pad.mjs", "require": "./pad.cjs" } } }',
  "/app/node_modules/pad/pad.mjs": "import pad from './pad.cjs'; export const padded = (text) => pad(text, 7);",
  "/app/node_modules/pad/pad.cjs": "module.exports = (text, width) => text.padStart(width);",
};

const filesystem = createInMemoryFileSystem();
for (const [path, content] of Object.entries(files)) {
  await filesystem.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await filesystem.writeFile(path, content);
}

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem, permissions: { fs: allowPaths({ read: ["/app/**"] }) } }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run<{ text: string; conversions: number; here: string; entry: string }>(
  `
    import { basename } from "node:path";
    import { padded } from "pad";
    import { conversions, convert } from "./lib/convert.js";

    const { report, here } = await import("./lib/report.js");
    export const text = report([100, 250].map((amount) => padded(convert(amount, "CHF").toFixed(2))));
    export { conversions, here };
    export const entry = basename(import.meta.url);
  `,
  "/app/main.js",
);

console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
console.log(result.exports?.text);
console.log(`${result.exports?.conversions} conversions, ${result.exports?.entry} imported ${result.exports?.here}`);
