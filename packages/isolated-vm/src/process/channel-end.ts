/** The host's end of one way to a cell: what a socket has of it. */
export interface ChannelEnd {
  /** Bytes that have been written and wait to be taken. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  on(event: "end" | "error", listener: () => void): unknown;
  write(bytes: Buffer): unknown;
  pause(): unknown;
  resume(): unknown;
  ref(): unknown;
  unref(): unknown;
  destroy(): unknown;
}
