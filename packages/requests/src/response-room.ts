import { RequestFailure } from "./request-failure.ts";

/** What the responses of one guest take of the host's memory while they come in, all together. */
export class ResponseRoom {
  readonly #most: number;
  #taken = 0;

  /** @param mostBytes that may be there at once: a few responses of the greatest length */
  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /**
   * Collects a content; what it takes is free again once it is whole, or has failed.
   *
   * @throws RequestFailure `ERR_RESPONSE_ROOM`
   */
  async collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let own = 0;
    try {
      for await (const piece of content) {
        own += piece.byteLength;
        this.#taken += piece.byteLength;
        if (this.#taken > this.#most) {
          throw new RequestFailure("ERR_RESPONSE_ROOM", "The responses that come in at once are too long together");
        }
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } finally {
      this.#taken -= own;
    }
  }
}
