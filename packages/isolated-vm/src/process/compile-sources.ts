import type { SourceTextModule } from "node:vm";

/** Of an ES module, what Node's types do not tell. */
type Compiled = SourceTextModule & { createCachedData(): Buffer };

/** What a program of CommonJS has. */
export interface OwnProgram {
  readonly require: NodeJS.Require;
  readonly exports: Record<string, Uint8Array>;
  readonly argv: readonly string[];
}

/**
 * Compiles sources as the loaders do, runs none of them, and exports the code cache that V8 makes of them. It is run in a cell
 * of its own, by its text: nothing outside of it is there.
 */
export function compileSources({ require, exports, argv }: OwnProgram): void {
  const { readFileSync }: typeof import("node:fs") = require("node:fs");
  const { compileFunction, SourceTextModule: Module }: typeof import("node:vm") = require("node:vm");
  const wrapper = ["exports", "require", "module", "__filename", "__dirname"];
  const compile = (path: string, isModule: boolean): Uint8Array | undefined => {
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    if (isModule) return (new Module(text, { identifier: `file://${path}` }) as Compiled).createCachedData();
    return compileFunction(text, wrapper, { filename: path, produceCachedData: true }).cachedData;
  };
  for (const key of JSON.parse(argv[2] ?? "[]") as readonly string[]) {
    try {
      const code = compile(key.slice(1), key[0] === "m");
      if (code !== undefined) exports[key] = new Uint8Array(code);
    } catch {
      // What cannot be compiled, a guest that loads it hears of.
    }
  }
}

/** The function as a program. */
export const compileSourcesProgram: string = `(${compileSources})({ require, exports, argv: process.argv });`;
