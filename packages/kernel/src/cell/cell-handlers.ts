import type { ArgumentsOf, systemCallTable } from "@vivarium/core";
import type { CellCallName, HandlerResultOf } from "../system-calls/call-answer.ts";

type TableOf = typeof systemCallTable;

/** The signature of every cell-local call: checked arguments, then the input of a call that has one. */
export type CellHandlers = {
  readonly [Name in CellCallName]: (
    ...args: TableOf[Name]["input"] extends true
      ? [...ArgumentsOf<TableOf[Name]["parameters"]>, Uint8Array]
      : ArgumentsOf<TableOf[Name]["parameters"]>
  ) => HandlerResultOf<TableOf[Name]["result"]>;
};
