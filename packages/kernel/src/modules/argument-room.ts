/**
 * The room that the arguments of one guest's calls have in the host, all together: a call may be answered whenever its
 * function likes, and values take many times the bytes that they came in.
 */
export class ArgumentRoom {
  #left: number;
  #reading: Promise<void> = Promise.resolve();

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#left;
  }

  take(bytes: number): void {
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }

  /** Reads one after the other what takes a while: of several, none knows what the others will take. */
  inTurn<T>(read: () => Promise<T>): Promise<T> {
    const result = this.#reading.then(read);
    this.#reading = result.then(ignore, ignore);
    return result;
  }
}

function ignore(): void {}
