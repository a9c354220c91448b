import type { ArgumentsOf, systemCallTable } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { ModuleCallName } from "../modules/module-call-names.ts";
import type { HandlerResultOf, HostCallName } from "./call-answer.ts";

type TableOf = typeof systemCallTable;

/** The signature of every call that the host serves but those for its modules: the attempt, checked arguments, then the input of a call that has one. */
export type HostHandlers = {
  readonly [Name in Exclude<HostCallName, ModuleCallName>]: (
    attempt: Attempt,
    ...args: TableOf[Name]["input"] extends true
      ? [...ArgumentsOf<TableOf[Name]["parameters"]>, Uint8Array]
      : ArgumentsOf<TableOf[Name]["parameters"]>
  ) => Steps<HandlerResultOf<TableOf[Name]["result"]>>;
};
