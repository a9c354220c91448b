import { SharedTurns } from "@vivarium/core";

/** What all guests send is read and served in turns: the host does other things in between. */
export const gateTurns: SharedTurns = new SharedTurns();

/** Settles when there is time for something, and takes so much of it (ms). */
export async function turnOf(milliseconds: number): Promise<void> {
  while (gateTurns.leftMs() === 0) await gateTurns.next();
  gateTurns.use(milliseconds);
}
