import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";

const limit = pLimit(2);
let active = 0;
let most = 0;
const results = await Promise.all(
  [5, 1, 3, 2].map((ms) =>
    limit(async () => {
      active += 1;
      most = Math.max(most, active);
      await sleep(ms);
      active -= 1;
      return ms * 2;
    }),
  ),
);
console.log(results, most, limit.activeCount, limit.pendingCount);
