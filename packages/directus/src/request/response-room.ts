import { networkFailure } from "./request-error.ts";

/** What the responses of one extension take of the host's memory while they come in, all together. */
export class ResponseRoom {
  readonly #most: number;
  #taken = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Collects a content.
   *
   * @throws RequestError `ERR_BAD_RESPONSE` where there is no more room
   */
  async collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let own = 0;
    try {
      for await (const piece of content) {
        own += piece.byteLength;
        this.#taken += piece.byteLength;
        if (this.#taken > this.#most)
          throw networkFailure("the responses to its requests are too long together", "ERR_BAD_RESPONSE");
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } finally {
      this.#taken -= own;
    }
  }
}
