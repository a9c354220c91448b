/** A fault on the embedder's side that denied or failed something for a guest. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly cause?: unknown;
}
