/** How much of a value may be written out. */
export interface Expanse {
  /** Values within it, each as often as it is there. */
  readonly values: number;
  /** Characters of its texts and names, likewise. */
  readonly characters: number;
}

/**
 * Looks how long the text would be that a value becomes, before it becomes one: a value of a stranger's that holds others
 * twice, which hold others twice, is small, and its JSON without end.
 *
 * @throws TypeError for a value that holds itself; RangeError for one that would be too long
 */
export function assertExpanse(value: unknown, { values, characters }: Expanse): void {
  const around = new Set<object>();
  let valuesLeft = values;
  let charactersLeft = characters;
  const count = (text: string): void => {
    charactersLeft -= text.length;
    if (charactersLeft < 0) throw tooLong();
  };
  const visit = (each: unknown): void => {
    valuesLeft -= ArrayBuffer.isView(each) ? each.byteLength : 1;
    if (valuesLeft < 0) throw tooLong();
    if (typeof each === "string") count(each);
    if (typeof each !== "object" || each === null || ArrayBuffer.isView(each)) return;
    if (around.has(each)) throw new TypeError("Converting circular structure to JSON");
    around.add(each);
    if (Array.isArray(each)) for (const item of each) visit(item);
    else
      for (const name of Object.keys(each)) {
        count(name);
        visit(Reflect.get(each, name));
      }
    around.delete(each);
  };
  visit(value);
}

function tooLong(): RangeError {
  return new RangeError("It is too long to be written out");
}
