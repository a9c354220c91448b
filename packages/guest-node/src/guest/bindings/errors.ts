import type { NativeCallSite } from "../../native/native-helper.ts";
import { type FatalEnhancers, reportFatalException } from "../fatal-exception.ts";
import type { Binding, Guest } from "../guest.ts";
import { GUEST_SCRIPT } from "../guest-script.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { uncurryThis } from "../primordial.ts";
import { stackLimitOf } from "../stack-room.ts";

type PrepareStackTrace = (global: object, error: unknown, sites: readonly NativeCallSite[]) => unknown;

export function errorsBinding(guest: Guest, enhancers: FatalEnhancers): Binding {
  const { errors } = guest.native;
  return {
    __proto__: null,
    exitCodes: guest.tables.exitCodes,
    setPrepareStackTraceCallback(prepare: PrepareStackTrace) {
      errors.setPrepareStackTraceCallback((global: object, error: unknown, sites: readonly NativeCallSite[]) =>
        prepare(global, error, withoutOurs(sites, stackLimitOf(error))),
      );
    },
    setEnhanceStackForFatalException(before: (error: object) => unknown, after: (error: object) => unknown) {
      enhancers.before = before;
      enhancers.after = after;
    },
    setGetSourceMapErrorSource() {},
    setSourceMapsEnabled() {},
    setMaybeCacheGeneratedSourceMap() {},
    noSideEffectsToString: errors.noSideEffectsToString,
    getErrorSourcePositions: errors.getErrorSourcePositions,
    triggerUncaughtException(error: unknown, fromPromise: boolean) {
      if (fromPromise) reportFatalException(guest, enhancers, error, true);
      else guest.loop.onUncaught(error);
    },
  };
}

// What Node does in C++ leaves no frames; neither does what we do in its stead.
function withoutOurs(sites: readonly NativeCallSite[], longest: number): readonly NativeCallSite[] {
  const theirs: NativeCallSite[] = [];
  for (let index = 0; index < sites.length && theirs.length < longest; index++) {
    const site = sites[index];
    if (site !== undefined && getFileName(site) !== GUEST_SCRIPT) ArrayPrototypePush(theirs, site);
  }
  return theirs;
}

let fileNameOf: ((site: NativeCallSite) => string | null | undefined) | undefined;

// A program reaches the prototype of call sites only through those that it is given, so the first one is untouched.
function getFileName(site: NativeCallSite): string | null | undefined {
  fileNameOf ??= uncurryThis(site.getFileName as (this: NativeCallSite) => string | null | undefined);
  return fileNameOf(site);
}
