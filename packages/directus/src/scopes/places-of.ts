/**
 * Where a piece begins in a text between two places, one after the other, by the algorithm of Knuth, Morris and Pratt: in
 * time that grows with the sum of both lengths, where that of `indexOf` grows with their product.
 *
 * @param piece not empty
 */
export function* placesOf(piece: string, text: string, from = 0, end: number = text.length): Generator<number> {
  const borders = bordersOf(piece);
  let fits = 0;
  for (let at = from; at < end; at += 1) {
    while (fits > 0 && text[at] !== piece[fits]) fits = borders[fits - 1] as number;
    if (text[at] === piece[fits]) fits += 1;
    if (fits < piece.length) continue;
    yield at + 1 - fits;
    fits = borders[fits - 1] as number;
  }
}

/** For each beginning of a piece, how much of its end is a beginning, too. */
function bordersOf(piece: string): Uint32Array {
  const borders = new Uint32Array(piece.length);
  for (let at = 1, fits = 0; at < piece.length; at += 1) {
    while (fits > 0 && piece[at] !== piece[fits]) fits = borders[fits - 1] as number;
    if (piece[at] === piece[fits]) fits += 1;
    borders[at] = fits;
  }
  return borders;
}
