import { openDriver } from "./open-driver.ts";

/* A host that exits while a guest in a worker cell computes without end. */

await openDriver({ cells: "worker" }).exec(
  "console.log('runs'); for (;;);",
  { onStdio: () => process.exit(7) },
  { cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number.POSITIVE_INFINITY },
);
