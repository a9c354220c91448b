import { closeSync, openSync } from "node:fs";
import { openDriver } from "./open-driver.ts";

/* A host that has no descriptor left when its first run comes, and has some again for its second. */

const taken: number[] = [];
const opened = openDriver({ cells: "process", isolation: process.argv[2] === "shared" ? "shared" : "runtime" });
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // That was the last.
}
const refused: unknown = await opened.exec("1").catch((error: unknown) => error);
for (const descriptor of taken) closeSync(descriptor);
process.stdout.write(`${refused instanceof Error ? refused.message.replace(/\d+ ms/u, "a while") : "it ran"}\n`);
process.stdout.write(`${opened.diagnostics.length} diagnostics\n`);
process.stdout.write(await opened.output("process.stdout.write('its turn')"));
await opened[Symbol.asyncDispose]();
