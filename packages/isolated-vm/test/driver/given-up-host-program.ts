import { SharedCells } from "../../src/process/shared-cells.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { spawnedBy } from "../../src/process/spawned-process.ts";
import { RunStart } from "../../src/run-start.ts";
import { aProgram } from "../process/a-program.ts";
import { hostileCommand } from "./open-commanded-driver.ts";

/*
 * A host that forgets to dispose of its cells, which are shared: it has given up a run in one of them, and the cell, which
 * is hostile, goes on with it and takes no answer.
 */

const cells = new SharedCells({
  launch: spawnedBy(hostileCommand("floods the host with synchronous calls and takes no answer")),
  zygote: new SharedZygote({ command: undefined, guestsPerCopy: 1, idleTimeMs: 0 }),
  guestsPerCell: 2,
  maxCells: 1,
  runsPerCell: Number.POSITIVE_INFINITY,
  cellIdleTimeMs: Number.POSITIVE_INFINITY,
  warmUp: false,
});
const onDiagnostic = (): void => undefined;
cells.join({ guestKind: "node 64", onDiagnostic });
const acquire = (): ReturnType<SharedCells["acquire"]> => cells.acquire("node 64", () => false, new RunStart());
const stop = new AbortController();
let answers = 0;
const service = {
  serve: () => {
    answers += 1;
    if (answers === 100) stop.abort();
    return { result: 0 };
  },
};
const cell = await acquire();
const other = await acquire();
const givenUp = cell.run({ onDiagnostic, program: aProgram, service, signal: stop.signal });
const waiting = other.run({ onDiagnostic, program: aProgram, service, signal: AbortSignal.timeout(3000) });
const outcomes = await Promise.allSettled([givenUp, waiting]);
const [given] = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : undefined));
cells.release(cell, "node 64", false);
cells.release(other, "node 64", false);
const overAt = performance.now();
process.on("exit", () => {
  const isPrompt = performance.now() - overAt < 10_000;
  process.stdout.write(`${given?.outcome.kind}, and the host ${isPrompt ? "ends" : "is kept"}`);
});
