import type { Contestant, FileCall, Session } from "../contestants/contestant.ts";
import { forAsLongAs, WARM_UP_MS } from "./for-as-long-as.ts";
import { median } from "./median.ts";

const rounds = 7;
/** A difference this long, in milliseconds, stands clear of the noise of one run. */
const clearMs = 250;
const mostCalls = 200_000;

/**
 * Microseconds of one call inside a guest: what a program of many calls takes longer than the same program of none.
 * Measured from outside, so that no guest's clock has a say.
 */
export async function measureCall(contestant: Contestant, session: Session, call: FileCall): Promise<number> {
  const time = async (count: number): Promise<number> => {
    const began = performance.now();
    await session.run(contestant.callsProgram(call, count));
    return performance.now() - began;
  };
  await forAsLongAs(WARM_UP_MS, () => time(10));
  let count = 250;
  while (count < mostCalls && (await time(count)) - (await time(0)) < clearMs) count *= 2;
  const differences: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const many = await time(count);
    differences.push(many - (await time(0)));
  }
  return (median(differences) * 1_000) / count;
}
