export { collectionWatchOf } from "../collections/collection-watch.ts";
export { gcProfilerClass } from "../collections/gc-profiler.ts";
