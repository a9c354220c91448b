import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { capturedGlobals as capturedByDirectus } from "../../packages/directus/scripts/captured-globals.table.ts";
import { capturedGlobals } from "../../packages/guest-node/scripts/captured-globals.table.ts";
import { bundleGuest } from "../../packages/guest-node/scripts/guest-bundles.ts";
import { findIntrinsicUses } from "../guest-intrinsics.ts";

const guest = fileURLToPath(new URL("../../packages/guest-node/src/guest/tsconfig.json", import.meta.url));
const guestOfDirectus = fileURLToPath(new URL("../../packages/directus/src/guest/tsconfig.json", import.meta.url));

/** It goes through what the program itself has given. */
const allowed: readonly string[] = ["messaging/message-port.ts for-of"];

describe("code that runs in a guest keeps to the intrinsics that it captured", () => {
  it("wherever it runs once a program has", async () => {
    const bundles = [...(await bundleGuest()).late.values()];
    const late = new Set(bundles.flatMap(({ modules }) => modules));
    expect(late.size).toBeGreaterThan(bundles.length);
    const uses = findIntrinsicUses(guest, { captured: capturedGlobals, late });
    const faults = uses.filter(({ place, what }) => !allowed.includes(`${place.replace(/:\d+$/, "")} ${what}`));
    expect(faults).toEqual([]);
  });

  it("wherever it serves an extension of Directus", () => {
    expect(findIntrinsicUses(guestOfDirectus, { captured: capturedByDirectus })).toEqual([]);
  });

  it("and what comes after such an extension leaves everything to what came before", () => {
    const folder = dirname(guestOfDirectus);
    const entry = join(folder, "entry.ts");
    const rootNames = [entry, join(folder, "virtual-modules.d.ts")];
    const uses = findIntrinsicUses(guestOfDirectus, { captured: [], late: new Set([entry]), rootNames });
    // It waits for what the extension itself has answered.
    expect(uses.map(({ what }) => what)).toEqual(["await"]);
  });

  const uses: readonly (readonly [code: string, what: string])[] = [
    ["new Map<string, number>().get('a')", "call Map.get"],
    ["new WeakMap<object, object>().get({})", "call WeakMap.get"],
    ["new Set<object>().size", "read Set.size"],
    ["[1].push(2)", "call Array.push"],
    ["'a'.split('')", "call String.split"],
    ["/a/.test('a')", "call RegExp.test"],
    ["(() => 1).call(undefined)", "call CallableFunction.call"],
    ["new Uint8Array(1).buffer", "read Uint8Array.buffer"],
    ["Object.keys({})", "call ObjectConstructor.keys"],
    ["[...'ab']", "spread"],
    ["((): void => { for (const one of [1]) void one; })()", "for-of"],
    ["((): number => { const [one] = [1]; return one as number; })()", "destructuring of an iterable"],
    ["(async (): Promise<void> => { await 1; })()", "await"],
    ["({}) instanceof Map", "instanceof"],
    ["new Set([1])", "new Set(list)"],
    ["new Uint8Array([1])", "new Uint8Array(list)"],
    ["new Intl.NumberFormat()", "global Intl"],
    ["({} as { of?: Map<string, string> }).of?.set('a', 'b')", "call Map.set"],
    ["({} as { set(a: string): void }).set('a')", "call { set(a: string): void; }.set"],
  ];
  it("and every way around them is found", () => {
    const folder = mkdtempSync(join(tmpdir(), "vivarium-intrinsics-"));
    try {
      const file = join(folder, "uses.ts");
      writeFileSync(file, uses.map(([code], index) => `export const use${index} = (): unknown => ${code};\n`).join(""));
      const found = findIntrinsicUses(guest, { captured: capturedGlobals, rootNames: [file] });
      for (const [index, [code, what]] of uses.entries()) {
        const here = found.filter(({ place }) => place.endsWith(`:${index + 1}`)).map((use) => use.what);
        expect(here, code).toContain(what);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("and what runs while the bundle is loaded is free, unless it is loaded late", () => {
    const folder = mkdtempSync(join(tmpdir(), "vivarium-intrinsics-"));
    try {
      const file = join(folder, "uses.ts");
      const keep =
        "const { pop } = Array.prototype;\nexport const { floor } = Math, get = Map.prototype.get, kept = [pop];\n";
      writeFileSync(file, `export const early = Object.keys({ a: 1 }).map((key) => key);\n${keep}`);
      const options = { captured: capturedGlobals, rootNames: [file] };
      expect(findIntrinsicUses(guest, options)).toEqual([]);
      const found = findIntrinsicUses(guest, { ...options, late: new Set([file]) });
      expect(found.map(({ what }) => what)).toEqual([
        "call Array.map",
        "call ObjectConstructor.keys",
        "keep Array.pop",
        "keep Math.floor",
        "read Map.get",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
