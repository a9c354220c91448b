import { type Diagnostic, errnoOf } from "@vivarium/core";
import { loadGuestParts, loadThreadControls, openNativeHelper } from "@vivarium/guest-node";
import { Library } from "@vivarium/kernel";
import { describe, expect, test } from "vitest";
import { bootGuest } from "../../src/cell/booted-guest.ts";
import { fillLibrary } from "../../src/cell/fill-library.ts";
import { loadIsolatedVmPackage } from "../../src/engine/load-isolated-vm.ts";
import { SharedTexts } from "../../src/guest/shared-texts.ts";

/** A library that notes what is kept in it. */
class NotingLibrary extends Library {
  readonly kept: string[] = [];

  override keep(id: string, code: Uint8Array): boolean {
    this.kept.push(id);
    return super.keep(id, code);
  }
}

const engine = loadIsolatedVmPackage();
const parts = loadGuestParts();
const helper = openNativeHelper((file) => new engine.NativeModule(file));
const diagnostics: Diagnostic[] = [];
const texts = new SharedTexts(engine);
const shared = {
  engine,
  parts,
  texts,
  helper,
  watch: loadThreadControls(),
  onDiagnostic: (diagnostic: Diagnostic) => void diagnostics.push(diagnostic),
};

describe("the library of a cell", () => {
  test("is filled with code cache that later guests accept", async () => {
    const library = new NotingLibrary();
    await fillLibrary({ ...shared, library }, "node");
    expect(diagnostics).toEqual([]);
    expect(library.keptCode().size).toBeGreaterThan(120);
    expect(library.keptCode().has("internal/modules/cjs/loader")).toBe(true);
    expect(library.keptCode().has("internal/modules/esm/loader")).toBe(true);

    // A guest that may fill the library offers what it had to compile itself: nothing.
    library.kept.length = 0;
    bootGuest({ ...shared, library, kind: "node 64", preparing: true }).isolate.dispose();
    expect(library.kept).toEqual([]);
  });

  test("takes nothing from a guest that runs a program", () => {
    const library = new NotingLibrary();
    const { isolate, calls } = bootGuest({ ...shared, library, kind: "node 64", preparing: false });
    const code = new Uint8Array([1, 2, 3]);
    expect(calls.calls["library.keep"](0, code, "path")).toBe(errnoOf("EPERM"));
    expect(library.kept).toEqual([]);
    isolate.dispose();
  });
});
