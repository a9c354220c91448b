import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { collectFigures } from "./collect-figures.ts";
import { installPeers } from "./install-peers.ts";
import { judgeTargets } from "./judge-targets.ts";
import { renderFigures } from "./render-figures.ts";

const { values } = parseArgs({
  options: {
    peers: { type: "string" },
    only: { type: "string" },
  },
});

/** Beginnings of contestants' names, with commas between them. */
const only = values.only?.split(",");
const peers = values.peers === undefined ? installPeers() : { folder: values.peers };
const folder = "folder" in peers ? peers.folder : "";
if ("failure" in peers)
  console.log(`secure-exec could not be installed, so nothing is compared with it: ${peers.failure}`);

const { figures, failures } = await collectFigures(folder, (id) => {
  if (id.startsWith("secure-exec") && folder === "") return false;
  return only === undefined || only.some((start) => id.startsWith(start));
});

console.log(
  `\nMedians on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n`,
);
console.log(renderFigures(figures));
console.log(`
first result: from the start of a fresh process to the answer of its first program
run: a program that exports a small object, in a guest of its own; with a new runtime, nothing waits that could help it
calls: per call inside a guest, on a file of 100 bytes in memory; for bare isolated-vm a callback into a Map
99th percentile: of such a run, one after the other; per second: as many at a time as there are processors
10,000 files: written by one program, until the embedder has them all
memory: growth of all processes together for one more runtime with a guest that waits for a timer
idle guests: the same for each of so many runtimes, beyond a first that is there; Vivarium's share a cell
`);
for (const line of judgeTargets(figures)) console.log(line);
for (const failure of failures) console.log(`failed: ${failure}`);
