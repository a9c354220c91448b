import { GrowingBytes } from "../growing-bytes.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";
import type { RunRecord } from "./run-record.ts";
import { shortenMessage } from "./shorten-message.ts";

/** A longer stack is cut; the guest has cut it before, and says by how much. */
const STACK_MAX = 17 * 1024;

/** How a program tells what came of it. The exit code is a byte, as for a process. */
export function createResultCalls(
  record: () => RunRecord,
  resultLimitBytes: () => number,
): Pick<CellHandlers, "process.exit" | "result.exports" | "result.refuse" | "result.threw"> {
  return {
    "process.exit": (code) => {
      const run = record();
      const status = code & 0xff;
      run.ended =
        run.threw === undefined ? { kind: "exited", code: status } : { kind: "threw", code: status, ...run.threw };
      return undefined;
    },
    "result.exports": (input) => {
      const run = record();
      const limitBytes = resultLimitBytes();
      run.exports ??= new GrowingBytes(limitBytes);
      if (run.exports.append(input) === input.byteLength) return undefined;
      run.refused = { kind: "result-limit", message: `exports is more than ${limitBytes} bytes` };
      throw new CallFailure("EFBIG");
    },
    "result.refuse": (kind, message) => {
      if (kind !== "unexportable" && kind !== "result-limit") throw new CallFailure("EINVAL");
      record().refused = { kind, message: shortenMessage(message) };
      return undefined;
    },
    "result.threw": (message, stack) => {
      const errorMessage = shortenMessage(message);
      record().threw = stack === "" ? { errorMessage } : { errorMessage, stack: shortenMessage(stack, STACK_MAX) };
      return undefined;
    },
  };
}
