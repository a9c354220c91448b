import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openDriver } from "../driver/open-driver.ts";
import { descendants } from "./descendants.ts";

/*
 * Runs programs until they run in copies of a zygote, and prints, as JSON, what the kernel tells its host of the cells:
 * which namespaces they are in, what files and rights they have. In a process of its own, so that a test can put it into
 * a machine that makes no namespaces.
 */

const kinds = ["user", "net", "ipc", "uts", "mnt"] as const;

function namespacesOf(pid: number | "self"): Record<string, string> {
  return Object.fromEntries(kinds.map((kind) => [kind, readlinkSync(`/proc/${pid}/ns/${kind}`)]));
}

/** Empty when it has ended meanwhile. */
function look(pid: number): object[] {
  try {
    return [lookAt(pid)];
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

function lookAt(pid: number): object {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
  return {
    namespaces: namespacesOf(pid),
    files: readdirSync(`/proc/${pid}/root/`).length,
    capabilities: ["CapPrm", "CapEff", "CapInh", "CapAmb"].map(field),
    // One filter is against rings, which the zygote has too; a cell has the other.
    isCell: field("Seccomp_filters") === "2",
    isCopy: field("PPid") !== `${process.pid}`,
  };
}

await using opened = openDriver({ cells: "process", maxCells: 1 });
const isCopyThere = async (): Promise<boolean> => {
  await opened.exec("1");
  return (opened.driver.status?.().cellsStarted ?? 0) > 2;
};
for (let attempt = 0; attempt < 100 && !(await isCopyThere()); attempt += 1) await sleep(50);
const answers: string[] = [];
let cells: object[] = [];
for (let run = 0; run < 8; run += 1) {
  const onStdio = (): void => {
    cells = descendants(process.pid).flatMap(look);
  };
  const { outcome } = await opened.exec("console.log('here')", { onStdio });
  answers.push(outcome.kind);
}
const report = await opened.driver.isolation?.();
const diagnostics = opened.diagnostics.map(({ code }) => code);
process.stdout.write(JSON.stringify({ host: namespacesOf("self"), cells, report, answers, diagnostics }));
