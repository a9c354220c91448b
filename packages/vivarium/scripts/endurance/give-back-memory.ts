import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

setFlagsFromString("--expose-gc");
const collect: Collect = runInNewContext("gc");

/**
 * Has V8 collect its garbage and give back to the system what it keeps for later. V8 holds on to the pages of the most
 * that it ever had, and gives them back by itself only where memory is short: what is left after this is what is held.
 */
export function giveBackMemory(): void {
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
