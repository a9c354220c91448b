import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

test("two worker threads of the host have inline cells at the same time", async () => {
  const workers = Array.from(
    { length: 2 },
    () => new Worker(new URL("worker-program.ts", import.meta.url), { execArgv: ["--conditions=@vivarium/source"] }),
  );
  const exits = workers.map(async (worker) => (await once(worker, "exit"))[0] as unknown);
  const written = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0] as unknown));
  expect(written).toEqual(workers.map(() => Array.from({ length: 5 }, () => "2 object\n")));
  expect(await Promise.all(exits)).toEqual([0, 0]);
});
