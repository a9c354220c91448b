import { parentPort } from "node:worker_threads";
import { openDriver } from "./open-driver.ts";

/* A worker thread with inline cells of its own: tells what five programs wrote. */

const program = `
  const registry = new FinalizationRegistry(() => {});
  registry.register({});
  const { deserialize, serialize } = require("v8");
  setTimeout(() => console.log(deserialize(serialize(new Map([[1, 2]]))).get(1), require("vm").runInNewContext("typeof globalThis")), 2);`;

await using opened = openDriver({ cells: "inline" });
const written: string[] = [];
for (let run = 0; run < 5; run++) written.push(await opened.output(program));
parentPort?.postMessage(written);
