import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A program of the same folder that is run, made a part or looked for: `require("./x.js")`, `resolve(__dirname, "test-x.js")`. */
const namedSibling =
  /(?:(?:\brequire\(|\bimport\(|\bfrom|\bimport)\s*['"]\.\/|\b__dirname,\s*['"]|['"](?:\.\/)?(?=test-))([\w-][\w.-]*)['"]/g;

/** The programs of a folder that one of them asks for, and those that these ask for: names and sources. */
export function siblingFiles(folder: string, source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const sources = [source];
  for (let next = sources.pop(); next !== undefined; next = sources.pop()) {
    for (const [, written = ""] of next.matchAll(namedSibling)) {
      const name = [written, `${written}.js`].find((name) => existsSync(join(folder, name)));
      if (name === undefined || found.has(name)) continue;
      const content = readFileSync(join(folder, name), "utf8");
      found.set(name, content);
      sources.push(content);
    }
  }
  return found;
}
