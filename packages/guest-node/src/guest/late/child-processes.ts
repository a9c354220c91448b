export { processWrapBinding } from "../bindings/process-wrap.ts";
export { spawnSyncBinding } from "../bindings/spawn-sync.ts";
