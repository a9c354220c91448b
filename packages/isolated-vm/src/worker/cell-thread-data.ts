import type { MessagePort } from "node:worker_threads";
import type { ThreadWords } from "../channel/thread-words.ts";

/** What the host gives to the thread of a worker cell when it starts it. */
export interface CellThreadData {
  /** Carries what the descriptor of calls carries to and from a process cell; see `protocol.ts`. */
  readonly calls: MessagePort;
  /** What the host says unasked. */
  readonly events: MessagePort;
  readonly words: ThreadWords;
  /** Whether the thread is to sleep for ever where it would end the process. */
  readonly parks: boolean;
}
