import type { Binding, Guest } from "../../guest.ts";
import type { FsParts } from "./fs-parts.ts";

/** The error of `fs.watch` and `fs.watchFile`: the kernel has no notice of changes to give. */
function cannotWatch(guest: Guest, feature: string): Error {
  return guest.errors.coded(
    "TypeError",
    "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    `The feature ${feature} is unavailable in this guest, which gets no notice of changes to files`,
  );
}

/** `StatWatcher`, declared and refused by name. */
export function watchOperations({ guest }: FsParts): Binding {
  class StatWatcher {
    constructor() {
      throw cannotWatch(guest, "fs.watchFile");
    }
  }
  return { StatWatcher };
}

/** `internalBinding('fs_event_wrap')`: `FSEvent`, declared and refused by name. */
export function fsEventWrapBinding(guest: Guest): Binding {
  class FSEvent {
    constructor() {
      throw cannotWatch(guest, "fs.watch");
    }

    get initialized(): boolean {
      return false;
    }
  }
  return { __proto__: null, FSEvent };
}
