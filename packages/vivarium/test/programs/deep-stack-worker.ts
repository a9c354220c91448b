import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { allowAllFs, createInMemoryFileSystem, type Diagnostic } from "../../src/index.ts";
import { createRuntime } from "../worlds.ts";

/* A worker thread with an inline cell: tells what a program at the end of its stack came to. */

const filesystem = createInMemoryFileSystem();
filesystem.writeFile("/s", "the content");
const diagnostics: Diagnostic[] = [];
await using runtime = createRuntime({ cells: "inline", filesystem, permissions: allowAllFs, diagnostics });
const program = readFileSync(new URL("deep-stack.cjs", import.meta.url), "utf8");
const { exports, errorMessage } = await runtime.run(program, "/program.cjs");
parentPort?.postMessage({ exports, errorMessage, diagnostics: diagnostics.map(({ message }) => message) });
