import { openDriver } from "./open-driver.ts";

/* A host for tests of its death: one cell runs a guest that waits, another one is idle. It says so and stays. */

const opened = openDriver({ cells: "process", maxCells: 2 });
await opened.exec("console.log('runs'); setInterval(() => {}, 1000)", {
  onStdio: async () => {
    await opened.exec("1");
    process.stdout.write("ready\n");
  },
});
