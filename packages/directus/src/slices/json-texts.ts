import { partsOfText } from "./encode-in-slices.ts";

/** Units of a text that are quoted at once: each may become six. */
const LONGEST_QUOTED = 2 ** 13;

/** Something that holds others, and how far it has been written. */
interface Level {
  readonly holder: object;
  /** Of its properties; a list has none. */
  readonly names: readonly string[] | undefined;
  readonly length: number;
  index: number;
  hasItems: boolean;
}

/**
 * What `JSON.stringify` makes of data, bit by bit. None of it is a function, and nothing is asked for its `toJSON` but dates.
 *
 * @param mostValues within it, each as often as it is there
 * @throws TypeError for what holds itself, and for a bigint; RangeError for more values
 */
export function* jsonTexts(data: unknown, mostValues: number): Generator<string> {
  const levels: Level[] = [];
  const around = new Set<object>();
  let valuesLeft = mostValues;
  /** Of something long there is more to be written: what this answers comes before it. */
  const begin = (value: unknown): string => {
    valuesLeft -= 1;
    if (valuesLeft < 0) throw new RangeError("It is too long to be written out");
    if (!isHolder(value)) return isLong(value) ? "" : (JSON.stringify(value) ?? "null");
    if (around.has(value)) throw new TypeError("Converting circular structure to JSON");
    around.add(value);
    const level = levelOf(value);
    levels.push(level);
    return level.names === undefined ? "[" : "{";
  };
  yield begin(data);
  if (isLong(data)) yield* quoted(data);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { holder, names, length, index } = level;
    if (index === length) {
      levels.pop();
      around.delete(holder);
      yield names === undefined ? "]" : "}";
      continue;
    }
    level.index += 1;
    const name = names?.[index];
    const value: unknown = Reflect.get(holder, name ?? index);
    if (name !== undefined && value === undefined) continue;
    let text = level.hasItems ? "," : "";
    level.hasItems = true;
    if (isLong(name)) {
      yield text;
      yield* quoted(name);
      text = ":";
    } else if (name !== undefined) text += `${JSON.stringify(name)}:`;
    yield text + begin(value);
    if (isLong(value)) yield* quoted(value);
  }
}

function levelOf(holder: object): Level {
  const names = Array.isArray(holder) ? undefined : Object.keys(holder);
  const { length } = names ?? (holder as readonly unknown[]);
  return { holder, names, length, index: 0, hasItems: false };
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isBoxed(value);
}

/** What is written as such: dates, and primitive values in objects. */
function isBoxed(value: object): boolean {
  return (
    value instanceof Date ||
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    value instanceof BigInt
  );
}

function isLong(value: unknown): value is string {
  return typeof value === "string" && value.length > LONGEST_QUOTED;
}

function* quoted(text: string): Generator<string> {
  yield '"';
  for (const part of partsOfText(text, LONGEST_QUOTED)) yield JSON.stringify(part).slice(1, -1);
  yield '"';
}
