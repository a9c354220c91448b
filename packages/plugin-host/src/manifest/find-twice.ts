/** A string, which is a name where a colon follows, and what begins or ends an object or a list. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/** A name that stands twice in one object of a text that is JSON. `JSON.parse` passes over all but the last. */
export function findTwice(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, literal, colon] of json.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (literal !== undefined && colon !== undefined) {
      const name: string = JSON.parse(literal);
      if (open.at(-1)?.has(name) === true) return name;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
