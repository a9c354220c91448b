import { openDriver } from "./open-driver.ts";

/* A host that has nothing to do but to wait: a run of its waits for the place of another that was given up and computes on. */

await using opened = openDriver({ isolation: "shared", maxCells: 1, guestsPerCell: 1 });
const { promise: there, resolve } = Promise.withResolvers<void>();
const controller = new AbortController();
const own = { signal: controller.signal, onStdio: () => resolve() };
const givenUp = opened.exec("console.log('runs'); for (;;);", own, { cpuTimeLimitMs: 1000 });
await there;
controller.abort();
await givenUp;
process.stdout.write(await opened.output("process.stdout.write('its turn')"));
