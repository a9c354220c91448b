/** Up to how many letters of a name no more than one may be wrong. */
const SHORT_NAME = 7;

/**
 * The method of an object that is most likely meant to be `wanted`: its name begins alike and differs by a letter or two, or
 * in the case of its letters. Methods that are known by their own names mean themselves.
 */
export function misspeltMethod(owner: object, wanted: string, known: readonly string[]): string | undefined {
  return methodsOf(owner).find((name) => !known.includes(name) && isMisspelt(name, wanted));
}

/** Names of methods, inherited ones too. Nothing is called: who computes a method is not meant. */
function methodsOf(owner: object): string[] {
  const names: string[] = [];
  for (
    let from: object | null = owner;
    from !== null && from !== Object.prototype;
    from = Reflect.getPrototypeOf(from)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(from)))
      if (typeof value === "function") names.push(name);
  }
  return names;
}

function isMisspelt(name: string, wanted: string): boolean {
  const [given, meant] = [name.toLowerCase(), wanted.toLowerCase()];
  if (given[0] !== meant[0]) return false;
  return distance(given, meant) <= (wanted.length <= SHORT_NAME ? 1 : 2);
}

/** How many letters have to be put in, left out, exchanged for another or for their neighbour. */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const steps = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (isSame ? 0 : 1)];
      if (isSwapped) steps.push(at(row - 2, column - 2) + 1);
      rows[row]?.push(Math.min(...steps));
    }
  }
  return at(from.length, to.length);
}
