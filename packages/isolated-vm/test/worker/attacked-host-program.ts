import { loadThreadControls } from "@vivarium/guest-node";
import { openDriver } from "../driver/open-driver.ts";

/* A host that runs the program in its arguments, and then another one: tells how they ended, and exits. */

const [cells, program = "", wallTimeLimitMs] = process.argv.slice(2);
if (cells !== "worker" && cells !== "inline") throw new Error("cells of the host's own process are expected");

const opened = openDriver({ cells, maxCells: 1 });
const limits = { cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number(wallTimeLimitMs) };
const { outcome } = await opened.exec(program, {}, limits);
const next = await opened.output("console.log('the next')");
await opened[Symbol.asyncDispose]();
process.on("exit", (code) => process.stdout.write(`a later listener: ${code}\n`));
const codes = opened.diagnostics.map(({ code }) => code);
const parked = loadThreadControls().parkedThreads();
process.stdout.write(`${JSON.stringify({ outcome, next, codes, parked })}\n`);
process.exitCode = 7;
