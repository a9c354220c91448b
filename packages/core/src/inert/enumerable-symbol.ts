import { isEnumerable, ownSymbols, quoteString, sliceString, symbolToString } from "./intrinsics.ts";

const LONGEST_SYMBOL = 60;

/**
 * How the first symbol that names an enumerable property of an object reads: `Symbol(x)`. `undefined` without one, as
 * for the symbol that every module namespace carries, which is not enumerable. The object is no proxy.
 */
export function enumerableSymbolOf(value: object): string | undefined {
  const symbols = ownSymbols(value);
  for (let index = 0; index < symbols.length; index += 1) {
    const symbol = symbols[index];
    if (symbol !== undefined && isEnumerable(value, symbol)) return quoteSymbol(symbolToString(symbol));
  }
  return undefined;
}

/** Its description is the program's: control characters come out escaped, and a long one is cut. */
function quoteSymbol(text: string): string {
  const quoted = quoteString(text.length <= LONGEST_SYMBOL ? text : sliceString(text, 0, LONGEST_SYMBOL));
  const escaped = sliceString(quoted, 1, quoted.length - 1);
  return text.length <= LONGEST_SYMBOL ? escaped : `${escaped}…)`;
}
