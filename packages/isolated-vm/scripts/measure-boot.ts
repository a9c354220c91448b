/**
 * How long guests take to boot in this process, beside an isolate as isolated-vm makes it, by turns; what a waiting guest saves
 * a run. Prints medians, and whether a bare guest is as quick as is wanted.
 */
import { loadGuestParts, loadThreadControls, openNativeHelper } from "@vivarium/guest-node";
import { Library } from "@vivarium/kernel";
import { bootGuest } from "../src/cell/booted-guest.ts";
import { fillLibrary } from "../src/cell/fill-library.ts";
import type { GuestBase } from "../src/channel/guest-kind.ts";
import { loadIsolatedVmPackage } from "../src/engine/load-isolated-vm.ts";
import { SharedTexts } from "../src/guest/shared-texts.ts";

const ROUNDS = 200;
const MEMORY_LIMIT = 64;
const WANTED = 1.2;
const CONFIG = JSON.stringify({ profile: "bare", modules: [] });

const engine = loadIsolatedVmPackage();
const parts = loadGuestParts();
const shared = {
  engine,
  parts,
  texts: new SharedTexts(engine),
  helper: openNativeHelper((file) => new engine.NativeModule(file)),
  watch: loadThreadControls(),
  library: new Library({ ours: parts.lateBundles }),
  onDiagnostic: ({ message }: { readonly message: string }): never => {
    throw new Error(message);
  },
};

function rawIsolate(): () => void {
  const isolate = new engine.Isolate({ memoryLimit: MEMORY_LIMIT });
  isolate.compileScriptSync("1 + 1").runSync(isolate.createContextSync());
  return () => isolate.dispose();
}

/** Booted; with `code`, it also has run a program and given its exports. */
function guest(base: GuestBase, code?: string): () => void {
  const { isolate } = bootGuest({ ...shared, kind: `${base} ${MEMORY_LIMIT}`, preparing: false });
  if (code !== undefined) {
    isolate.enter("start", [CONFIG]);
    const { kind } = isolate.enter("main", [code, "/program.js"]);
    if (kind !== "done") throw new Error(`the program has ended otherwise: ${kind}`);
    for (const entry of ["turn", "exit"] as const) isolate.enter(entry, []);
    isolate.enter("collectExports", [1_000_000]);
  }
  return () => isolate.dispose();
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

for (const base of ["node", "bare"] as const) await fillLibrary(shared, base);
const contestants: Readonly<Record<string, () => () => void>> = {
  "isolate, context, compile, run": rawIsolate,
  "bare guest, booted": () => guest("bare"),
  "bare guest, with a result": () => guest("bare", "export default [1, 'two', new Map()]"),
  "node guest, booted": () => guest("node"),
};
const times = new Map<string, number[]>(Object.keys(contestants).map((title) => [title, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [title, make] of Object.entries(contestants)) {
    const begun = performance.now();
    const dispose = make();
    times.get(title)?.push(performance.now() - begun);
    dispose();
  }
}
process.stdout.write(`Medians of ${ROUNDS} rounds, in milliseconds\n\n`);
for (const [title, all] of times) process.stdout.write(`${title.padEnd(34)}${median(all).toFixed(2).padStart(8)}\n`);
const [raw = Number.NaN, bare = Number.NaN] = [...times.values()].map(median);
const verdict = bare / raw <= WANTED ? "reached" : "MISSED ";
process.stdout.write(
  `\n${verdict} a bare guest: ${(bare / raw).toFixed(2)} of a raw isolate, at most ${WANTED} wanted\n\n`,
);
