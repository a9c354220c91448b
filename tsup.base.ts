import type { Options } from "tsup";

/** How every package is built: ES modules for Node 24 with their types, one file per entry. */
export function library(overrides: Options = {}): Options {
  return {
    entry: ["src/index.ts"],
    format: "esm",
    target: "node24",
    platform: "node",
    dts: true,
    clean: true,
    sourcemap: true,
    silent: true,
    ...overrides,
  };
}
