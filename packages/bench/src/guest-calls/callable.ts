/** Something that is loaded once and called many times. */
export interface Callable extends AsyncDisposable {
  /** Answers with the same bytes. */
  echo(bytes: Uint8Array): Promise<unknown>;
}

export interface CallableContestant {
  readonly title: string;
  open(): Promise<Callable>;
}
