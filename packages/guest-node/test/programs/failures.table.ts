import type { ComparedProgram } from "./programs.table.ts";

const syntaxError = "let a = 1;\n\tlet b = ;\n";

/** Programs that fail: what they print, on both streams, and how they end is Node's own, frame by frame. */
export const failures: readonly ComparedProgram[] = [
  { title: "a syntax error of the program", code: syntaxError },
  {
    title: "an error thrown in a module that a module requires",
    code: `require("./a");`,
    files: { "/w/a.js": `require("./lib/b.js");`, "/w/lib/b.js": `function g() { throw new Error("x"); }\n  g();` },
  },
  { title: "an error with an empty message", code: `throw new RangeError();` },
  { title: "an error in a file without an extension", path: "/w/main", code: `console.log(1);\nnull.x;` },
  {
    title: "an error in TypeScript",
    path: "/w/main.cts",
    code: `const x: number = 1;\nthrow new TypeError(String(x));`,
  },
  {
    title: "an error at the top level of an ES module",
    path: "/w/main.mjs",
    code: `await 1;\nthrow new Error("late");`,
  },
  { title: "an import of a file that is not there", path: "/w/main.mjs", code: `import "./nope.mjs";` },
  { title: "a file that is not there", code: `require("fs").readFileSync("/w/nope");` },
  { title: "an invalid URL", code: `new URL("x");` },
];
