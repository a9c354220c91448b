import { readFileSync } from "node:fs";
import ivm from "isolated-vm";

/** Arguments: the helper's file, how many isolates. Prints the KiB by which each of them has made the process grow. */
const [file = "", count = "60"] = process.argv.slice(2);
const helper = new ivm.NativeModule(file);

const program = `
  const kept = (globalThis.kept = []);
  for (let i = 0; i < 1000; i++) {
    const writer = native.serdes.createSerializer({});
    native.serdes.writeHeader(writer);
    native.serdes.writeValue(writer, { a: [i, { b: i }] });
    const reader = native.serdes.createDeserializer(new Uint8Array([255, 15, 111, 34, 1, 97, 73, 2, 123, 1]), {});
    native.serdes.readHeader(reader);
    native.serdes.readValue(reader);
    kept.push(writer, reader);
  }
  for (let i = 0; i < 20; i++) {
    const context = native.contextify.makeContext({}, "n", undefined, true, true, true, Symbol());
    native.contextify.runScript(native.contextify.compileScript("Promise.resolve().then(() => 1)", "x", 0, 0, undefined, false, context, Symbol()).script, context, false);
    kept.push(context);
  }
  kept.length`;

function makeAndDispose(times: number): void {
  for (let made = 0; made < times; made++) {
    const isolate = new ivm.Isolate({ memoryLimit: 128 });
    const context = isolate.createContextSync();
    context.global.setSync("native", helper.createSync(context).derefInto());
    context.evalSync(program);
    isolate.dispose();
  }
}

function residentKiB(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

// What the first ones grow by, the allocator keeps for the next.
makeAndDispose(15);
const before = residentKiB();
makeAndDispose(Number(count));
process.stdout.write(String((residentKiB() - before) / Number(count)));
