/** What is kept of what has been looked at: a request line may come in pieces. */
const KEPT_CHARACTERS = 256;
/** The end of a request line, or a whole one of HTTP/0.9. What has it in the middle of a line tells of requests, and is none. */
const REQUEST = /[\t ]HTTP\/\d(?:\.\d)?[\t ]*\r?\n|(?:^|\n)GET[\t ]+(?:\/|https?:)\S*[\t ]*\r?\n/i;

/** Looks for a request of HTTP in what is sent, wherever that is: behind a line of a proxy's, say. */
export class RequestWatch {
  #kept = "";

  /** Whether there is one now. */
  sees(bytes: Uint8Array): boolean {
    const text = this.#kept + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    this.#kept = text.slice(-KEPT_CHARACTERS);
    return REQUEST.test(text);
  }
}

/** Whether a server that has said this first speaks HTTP. */
export function isHttpAnswer(piece: Uint8Array): boolean {
  return /^HTTP\/\d/.test(Buffer.from(piece.subarray(0, 6)).toString("latin1"));
}
