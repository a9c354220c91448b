import { openDriver } from "./open-driver.ts";

/* A host for tests of its death: its cell runs a guest that never comes back, and that no limit ends. It says so and stays. */

await using opened = openDriver({ cells: "process", maxCells: 1 });
await opened.exec(
  "console.log('runs'); for (;;);",
  { onStdio: () => void process.stdout.write("ready\n") },
  { cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number.POSITIVE_INFINITY },
);
