import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import ivm from "isolated-vm";

/** The argument: the helper's file. Prints, as often as the helper is opened and let go of, how many threads there are then, and whether the file is still loaded. */
const [file = ""] = process.argv.slice(2);

/** Longer than the script takes: the thread that watches its time sleeps on, with the helper's code to go on in. */
const program = `
  const context = native.contextify.makeContext({}, "n", undefined, true, true, false, Symbol());
  const { script } = native.contextify.compileScript("const to = Date.now() + 30; while (Date.now() < to);", "x", 0, 0, undefined, false, context, Symbol());
  native.contextify.runScript(script, context, true, 200, false);`;

function useOnce(): void {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const context = isolate.createContextSync();
  context.global.setSync("native", new ivm.NativeModule(file).createSync(context).derefInto());
  context.evalSync(program);
  isolate.dispose();
}

for (let round = 0; round < 4; round += 1) {
  useOnce();
  for (let turn = 0; turn < 10; turn += 1) {
    globalThis.gc?.();
    await sleep(30);
  }
  const isLoaded = readFileSync("/proc/self/maps", "utf8").includes(basename(file));
  process.stdout.write(`${readdirSync("/proc/self/task").length} ${isLoaded}\n`);
}
