import type { Outcome, ThrewOutcome } from "@vivarium/core";
import type { GrowingBytes } from "../growing-bytes.ts";

/** What a program has said about itself while it ran. */
export interface RunRecord {
  /** Why it ended early: set once; nothing is served afterwards. */
  ended: Outcome | undefined;
  /** The uncaught error that ends it. */
  threw: Pick<ThrewOutcome, "errorMessage" | "stack"> | undefined;
  /** The exports as far as they have come: whole when the program has returned and nothing was refused. */
  exports: GrowingBytes | undefined;
  /** Whether V8 has put off tasks that the guest asks to have run. */
  wantsTasks: boolean;
  /** Whether a program that stays has been evaluated. */
  isLoaded: boolean;
  refused: { readonly kind: "unexportable" | "result-limit"; readonly message: string } | undefined;
}

/** A record in which nothing has happened yet. */
export function createRunRecord(): RunRecord {
  return {
    wantsTasks: false,
    isLoaded: false,
    ended: undefined,
    threw: undefined,
    exports: undefined,
    refused: undefined,
  };
}
