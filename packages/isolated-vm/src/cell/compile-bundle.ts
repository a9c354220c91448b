import type { GuestParts } from "@vivarium/guest-node";
import type { CachedDataResult, ExternalCopy, Script } from "isolated-vm";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";

/** Code cache of the guest's bundle, made in an isolate that never runs anything. Undefined when V8 gives none. */
export function compileBundle(engine: IsolatedVm, parts: GuestParts): ExternalCopy<ArrayBuffer> | undefined {
  const isolate = new engine.Isolate();
  try {
    // The types of isolated-vm leave out that a script carries the cache that was asked for.
    const script = isolate.compileScriptSync(parts.bundle, { produceCachedData: true }) as Script & CachedDataResult;
    return script.cachedData;
  } finally {
    isolate.dispose();
  }
}
