import { BARE_BUNDLE, GUEST_BUNDLE } from "@vivarium/core";
import type { GuestParts, ThreadControls } from "@vivarium/guest-node";
import { GuestCalls, type Library, type OnDiagnostic, type OpenCryptoEngine, openCryptoEngine } from "@vivarium/kernel";
import type { NativeModule } from "isolated-vm";
import { type GuestKind, readKind } from "../channel/guest-kind.ts";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import { type CellGuest, type CpuWatch, createGuestIsolate, createWindow } from "../guest/create-guest-isolate.ts";
import type { SharedTexts } from "../guest/shared-texts.ts";

/** A guest that has booted and has not been given a program. */
export interface BootedGuest {
  readonly isolate: CellGuest;
  readonly calls: GuestCalls;
}

export interface BootOptions {
  readonly kind: GuestKind;
  readonly library: Library;
  readonly parts: GuestParts;
  readonly engine: IsolatedVm;
  readonly texts: SharedTexts;
  readonly helper: NativeModule;
  readonly onDiagnostic: OnDiagnostic;
  /** Given in the host's own process, which a guest must not end: see `createGuestIsolate`. */
  readonly controls?: ThreadControls | undefined;
  /** Does cryptography for a guest where this thread has none. @default nothing does */
  readonly openCrypto?: OpenCryptoEngine | undefined;
  /** Of this thread. */
  readonly watch: CpuWatch;
  /** True for the guest that fills the library's code cache, before any program has run in this cell. */
  readonly preparing: boolean;
}

/** Boots a guest on this thread. */
export function bootGuest(options: BootOptions): BootedGuest {
  const {
    kind,
    library,
    parts,
    engine,
    texts,
    helper,
    onDiagnostic,
    preparing,
    controls,
    watch,
    openCrypto: openElsewhere,
  } = options;
  const { base, memoryLimit } = readKind(kind);
  const window = createWindow();
  let isolate: CellGuest | undefined;
  const calls = new GuestCalls({
    window,
    library,
    isolate: () => isolate,
    onDiagnostic,
    preparing,
    openCrypto: (charge) =>
      openCryptoEngine(controls === undefined ? "own-process" : "this-thread") ?? openElsewhere?.(charge),
    // Inside a call, this only marks the guest: V8 ends it as soon as it runs on.
    onEnded: () => isolate?.dispose(),
  });
  isolate = createGuestIsolate({
    memoryLimitMb: memoryLimit,
    calls: {
      ...calls.calls,
      "library.source": texts.sharing(calls.calls["library.source"]),
      fetchPayload: calls.fetchPayload,
      failureReason: calls.failureReason,
    },
    window,
    parts,
    engine,
    texts,
    helper,
    controls,
    watch,
    base,
    bundleCode: library.code(base === "bare" ? BARE_BUNDLE : GUEST_BUNDLE),
  });
  return { isolate, calls };
}
