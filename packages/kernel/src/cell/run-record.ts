import type { Outcome } from "@vivarium/core";

/** What a program has said about itself while it ran. */
export interface RunRecord {
  /** Why it ended early: set once; nothing is served afterwards. */
  ended: Outcome | undefined;
  /** Message of the uncaught error that ends it. */
  threw: string | undefined;
  exports: Uint8Array | undefined;
  refused: { readonly kind: "unexportable" | "result-limit"; readonly message: string } | undefined;
}

export function createRunRecord(): RunRecord {
  return { ended: undefined, threw: undefined, exports: undefined, refused: undefined };
}
