import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import esbuild from "esbuild-wasm/lib/browser.js";

const { build, initialize, transform } = esbuild;
globalThis.self = globalThis;
const wasm = readFileSync(createRequire(import.meta.url).resolve("esbuild-wasm/esbuild.wasm"));
await initialize({ wasmModule: new WebAssembly.Module(wasm), worker: false });
const { code } = await transform("const x: number = 1 + 2; export default <p>{x}</p>", { loader: "tsx", minify: true });
console.log(code);
const files = {
  "/a.js": "import { b } from './b.js'; console.log(b)",
  "/b.js": "export const b = 1; export const unused = 2",
};
const plugin = {
  name: "memory",
  setup(esbuild) {
    esbuild.onResolve({ filter: /.*/ }, ({ path }) => ({ path: path.replace("./", "/"), namespace: "memory" }));
    esbuild.onLoad({ filter: /.*/, namespace: "memory" }, ({ path }) => ({ contents: files[path] }));
  },
};
const built = await build({ entryPoints: ["/a.js"], bundle: true, write: false, plugins: [plugin], format: "esm" });
console.log(built.outputFiles[0].text);
await transform("let = ", { logLevel: "silent" }).catch((error) => console.log(error.errors[0].text));
process.exit();
