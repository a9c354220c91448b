/**
 * That nothing in what a service has answered is alive: what a plugin gets are copies of data.
 *
 * @throws TypeError which says where something else is
 */
export function assertData(answer: unknown): void {
  if (typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer)
    throw new TypeError("The answer is a stream of values, and no data");
  const seen = new Set<unknown>();
  const open: Array<readonly [path: string, value: unknown]> = [["", answer]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value] = next;
    if (typeof value === "function" || typeof value === "symbol")
      throw new TypeError(`The answer${path} is a ${typeof value}, and no data`);
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    // One by one: a call cannot have as many arguments as a list has items.
    for (const part of partsOf(value, path)) open.push(part);
  }
}

/** No getter is run for it: what one gives is looked at when it is copied. */
function partsOf(value: object, path: string): ReadonlyArray<readonly [path: string, value: unknown]> {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map)
    return [...value].flatMap(([key, held]) => [[`${path}[key]`, key] as const, [`${path}[value]`, held] as const]);
  if (value instanceof Set) return [...value].map((held) => [`${path}[value]`, held] as const);
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([, { enumerable }]) => enumerable === true)
    .map(([name, { value: held }]) => [`${path}.${name}`, held] as const);
}
