import { openSync, writeSync } from "node:fs";
import ivm from "isolated-vm";
import { hostileProgram } from "./hostile-program.ts";

/** Arguments: the helper's file, a seed, rounds, a file that always holds the name of the call under way. */
const [file = "", seed = "1", rounds = "20", log = "/dev/null"] = process.argv.slice(2);
const current = openSync(log, "w");
// What a copied cell asks for.
const door: { exports: { keepLongMemory?: (isSingleThreaded: boolean) => void } } = { exports: {} };
process.dlopen(door, file);
door.exports.keepLongMemory?.(true);
const memoryLimit = 256;
const isolate = new ivm.Isolate({ memoryLimit });
const context = isolate.createContextSync();
const native = new ivm.NativeModule(file).createSync(context);
context.global.setSync("native", native.derefInto());
context.global.setSync("seed", Number(seed));
context.global.setSync("rounds", Number(rounds));
context.global.setSync(
  "note",
  new ivm.Callback((name: string) => {
    writeSync(current, name.slice(0, 200).padEnd(200), 0);
  }),
);
context.global.setSync("limit", memoryLimit * 2 ** 20);
const reached: unknown = context.evalSync(hostileProgram, { timeout: 40_000 });
// Filling the heap takes its time on a busy machine.
for (const [mode, times, timeout] of [
  ["terminate", 60, 5_000],
  ["full", 20, 60_000],
] as const) {
  for (let step = 0; step < times && !isolate.isDisposed; step++) {
    try {
      context.evalSync(`step("${mode}")`, { timeout });
    } catch (error) {
      // Terminated or out of memory: all that counts is that this process lives. Nothing that it does takes long.
      if (String(error).includes("timed out")) throw error;
    }
  }
}
if (!isolate.isDisposed) isolate.dispose();
process.stdout.write(String(reached));
