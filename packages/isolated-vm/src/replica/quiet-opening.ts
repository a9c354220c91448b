import type { RepeatMessage } from "../channel/cell-message.ts";

/** `O_RDONLY`, as the guest's Linux has it, and without any flag that makes or changes a file. */
const FOR_READING = 0;

/**
 * Has the host repeat calls, in order, except that it need not hear of a file that is opened for reading and closed
 * again before anything else happens: `fs.readFileSync()` does that for all that is not text, and telling the host
 * twice takes ten times as long as the reading.
 *
 * An opening is held back within the turn in which it was made, at most.
 */
export class QuietOpening {
  readonly #repeat: (message: RepeatMessage) => void;
  #held: RepeatMessage | undefined;
  #endOfTurn: NodeJS.Immediate | undefined;

  constructor(repeat: (message: RepeatMessage) => void) {
    this.#repeat = repeat;
  }

  repeat(message: RepeatMessage): void {
    if (this.#held !== undefined && isClosing(message, this.#held)) {
      this.#held = undefined;
      return;
    }
    this.tell();
    if (isOpeningForReading(message)) this.#hold(message);
    else this.#repeat(message);
  }

  /** The host is to know of everything now. */
  tell(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#repeat(held);
  }

  /** Nothing more is told. */
  dispose(): void {
    this.#held = undefined;
    clearImmediate(this.#endOfTurn);
  }

  #hold(message: RepeatMessage): void {
    this.#held = message;
    this.#endOfTurn ??= setImmediate(() => {
      this.#endOfTurn = undefined;
      this.tell();
    });
  }
}

function isOpeningForReading({ name, args: [, flags], result }: RepeatMessage): boolean {
  return name === "fs.open" && flags === FOR_READING && result >= 0;
}

function isClosing({ name, args: [fd], result }: RepeatMessage, opening: RepeatMessage): boolean {
  return name === "fs.close" && result >= 0 && fd === opening.result;
}
