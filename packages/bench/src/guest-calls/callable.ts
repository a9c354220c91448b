/** Whether the guest waits for an answer of its host, or gets a promise. */
export type HostCallKind = "synchronous" | "asynchronous";

/** Something that is loaded once and called many times. */
export interface Callable extends AsyncDisposable {
  /** Answers with the same bytes. */
  echo(bytes: Uint8Array): Promise<unknown>;
  /** Has the guest call a function of its host so often, one call after the other, which answers with the same bytes. */
  callHost(kind: HostCallKind, bytes: number, times: number): Promise<unknown>;
}

export interface CallableContestant {
  readonly title: string;
  open(): Promise<Callable>;
}
