import { build, stop, transform } from "esbuild-wasm";

const { code } = await transform("const x: number = 1 + 2; export default <p>{x}</p>", { loader: "tsx", minify: true });
console.log(code);
const stdin = { contents: "let unused = 1; console.log(`bundled`)", sourcefile: "a.js" };
const built = await build({ stdin, bundle: true, write: false, format: "esm" });
console.log(built.outputFiles[0].text);
await transform("let = ", { logLevel: "silent" }).catch((error) => console.log(error.errors[0].text));
await stop();
