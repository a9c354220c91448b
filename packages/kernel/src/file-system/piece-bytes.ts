/** Content crosses between host and cell, and into a driver, in pieces of at most so many bytes: none holds the host up. */
export const PIECE_BYTES: number = 1024 * 1024;
