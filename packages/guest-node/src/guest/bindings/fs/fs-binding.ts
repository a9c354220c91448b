import type { Binding, Guest } from "../../guest.ts";
import { attributeOperations } from "./attributes.ts";
import { contentOperations } from "./content.ts";
import { copyingOperations } from "./copying.ts";
import { descriptorOperations } from "./descriptors.ts";
import { fileHandleOperations } from "./file-handle.ts";
import { fsPartsOf } from "./fs-parts.ts";
import { inspectingOperations } from "./inspecting.ts";
import { moduleProbes } from "./module-probes.ts";
import { nameChangingOperations } from "./names.ts";
import { removingOperations } from "./removing.ts";
import { STAT_FIELDS } from "./stat-values.ts";
import { watchOperations } from "./stat-watcher.ts";
import { wholeFileOperations } from "./whole-files.ts";

/** `internalBinding('fs')`: what Node's `fs` calls beneath its library, over the kernel's calls. */
export function fsBinding(guest: Guest): Binding {
  const parts = fsPartsOf(guest);
  const { requests, stats } = parts;
  return {
    __proto__: null,
    FSReqCallback: requests.FSReqCallback,
    kUsePromises: requests.kUsePromises,
    kFsStatsFieldsNumber: STAT_FIELDS,
    statValues: stats.statValues,
    bigintStatValues: stats.bigintStatValues,
    statFsValues: stats.statFsValues,
    bigintStatFsValues: stats.bigintStatFsValues,
    ...inspectingOperations(parts),
    ...descriptorOperations(parts),
    ...attributeOperations(parts),
    ...nameChangingOperations(parts),
    ...contentOperations(parts),
    ...wholeFileOperations(parts),
    ...removingOperations(parts),
    ...copyingOperations(parts),
    ...moduleProbes(parts),
    ...fileHandleOperations(parts),
    ...watchOperations(parts),
  };
}
