import { randomFillSync } from "node:crypto";
import { WINDOW_BYTES } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";

/** Random numbers of the cell's OpenSSL, which seeds itself anew in every copy of a process. */
export const randomCalls: Pick<CellHandlers, "random.bytes"> = {
  "random.bytes": (length) => {
    if (length < 0 || length > WINDOW_BYTES) throw new CallFailure("EINVAL");
    return randomFillSync(new Uint8Array(length));
  },
};
