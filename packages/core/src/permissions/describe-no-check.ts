import { describeValue } from "../errors/describe-value.ts";
import { allowAll, allowAllChildProcess, allowAllEnv, allowAllFs, allowAllNetwork } from "./presets.ts";

/** Presets hold checks, one per domain, and are none themselves. */
const presets: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [allowAllFs, "allowAllFs, whose check is allowAllFs.fs"],
  [allowAllNetwork, "allowAllNetwork, whose check is allowAllNetwork.network"],
  [allowAllChildProcess, "allowAllChildProcess, whose check is allowAllChildProcess.childProcess"],
  [allowAllEnv, "allowAllEnv, whose check is allowAllEnv.env"],
  [allowAll, "allowAll, whose checks are allowAll.fs, .network, .childProcess and .env"],
]);

/** Says what was given where a check belongs, for the end of "expected a check, got …". */
export function describeNoCheck(value: unknown): string {
  return presets.get(value) ?? describeValue(value);
}
