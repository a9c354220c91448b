import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "@vivarium/package-tests";
import { type Loader, readTimes } from "./loader.ts";
import { timed } from "./loads.table.ts";

/** Node itself, a process for each load. */
export const nodeLoader: Loader = {
  title: "Node",
  async load(load) {
    const file = join(packageRoot, `.measured.${load.isModule ? "mjs" : "cjs"}`);
    writeFileSync(file, timed(load));
    try {
      const began = performance.now();
      const printed = execFileSync(process.execPath, [file], { encoding: "utf8" });
      return { wholeMs: performance.now() - began, ...readTimes(printed) };
    } finally {
      rmSync(file);
    }
  },
  async [Symbol.asyncDispose]() {},
};
