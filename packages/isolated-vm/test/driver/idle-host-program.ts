import { openDriver } from "./open-driver.ts";

/* A host that forgets to dispose of its driver: idle cells must not keep it alive. */

await openDriver({ cells: process.argv[2] === "worker" ? "worker" : "process" }).exec("1");
