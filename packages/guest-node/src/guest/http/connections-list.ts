import { ArrayPrototypePush } from "../past-prototypes.ts";
import { SetPrototypeAdd, SetPrototypeDelete, SetPrototypeForEach } from "../primordial.ts";

/** What a list of connections knows of the parser of one. */
export interface ConnectionParser {
  /** When the message that it is at began, in milliseconds of the guest's clock; 0 between two messages. */
  readonly messageStart: number;
  headersCompleted(): boolean;
}

/** The connections of one server, each by its parser: which ones wait for a message, and which ones take too long. */
export class ConnectionsList {
  readonly #now: () => number;
  /** In the order in which their messages began. */
  readonly #all: Set<ConnectionParser> = new Set();
  readonly #active: Set<ConnectionParser> = new Set();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A message begins on a connection, or the connection itself. */
  begin(parser: ConnectionParser): void {
    this.remove(parser);
    SetPrototypeAdd(this.#all, parser);
    SetPrototypeAdd(this.#active, parser);
  }

  /** The message is over. */
  rest(parser: ConnectionParser): void {
    this.remove(parser);
    SetPrototypeAdd(this.#all, parser);
  }

  remove(parser: ConnectionParser): void {
    SetPrototypeDelete(this.#all, parser);
    SetPrototypeDelete(this.#active, parser);
  }

  all(): ConnectionParser[] {
    return collected(this.#all, () => true);
  }

  idle(): ConnectionParser[] {
    return collected(this.#all, (parser) => parser.messageStart === 0);
  }

  active(): ConnectionParser[] {
    return collected(this.#active, () => true);
  }

  /** Those whose message takes too long, in milliseconds; 0: no limit. Each is told once. */
  expired(headersTimeout: number, requestTimeout: number): ConnectionParser[] {
    const isSwapped = requestTimeout > 0 && headersTimeout > requestTimeout;
    const headers = this.#deadline(isSwapped ? requestTimeout : headersTimeout);
    const request = this.#deadline(isSwapped ? headersTimeout : requestTimeout);
    const found = collected(this.#active, (parser) => {
      const start = parser.messageStart;
      return (!parser.headersCompleted() && start < headers) || start < request;
    });
    for (let index = 0; index < found.length; index++)
      SetPrototypeDelete(this.#active, found[index] as ConnectionParser);
    return found;
  }

  #deadline(timeout: number): number {
    return timeout > 0 ? this.#now() - timeout : 0;
  }
}

function collected(set: Set<ConnectionParser>, matches: (parser: ConnectionParser) => boolean): ConnectionParser[] {
  const found: ConnectionParser[] = [];
  SetPrototypeForEach(set, (parser) => {
    if (matches(parser)) ArrayPrototypePush(found, parser);
  });
  return found;
}
