/** Which properties of which bindings the library's sources read, by their text alone: binding → names. */
export function bindingsRead(sources: Readonly<Record<string, string>>): Map<string, Set<string>> {
  const read = new Map<string, Set<string>>();
  const note = (binding: string, name: string): void => {
    const names = read.get(binding) ?? new Set();
    read.set(binding, names.add(name));
  };
  for (const [id, text] of Object.entries(sources)) {
    if (id.startsWith("internal/deps/")) continue;
    const source = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
    for (const [, pattern = "", binding = ""] of source.matchAll(DESTRUCTURED)) {
      for (const name of outerNames(pattern)) note(binding, name);
    }
    for (const [, variable = "", binding = ""] of source.matchAll(NAMED)) {
      for (const [, name = ""] of source.matchAll(new RegExp(`(?<![.\\w$])${variable}\\??\\.(\\w+)`, "g")))
        note(binding, name);
      for (const [, pattern = ""] of source.matchAll(new RegExp(`\\{([^;=]*?)\\}\\s*=\\s*${variable};`, "g"))) {
        for (const name of outerNames(pattern)) note(binding, name);
      }
    }
    for (const [, binding = "", name = ""] of source.matchAll(DIRECT)) note(binding, name);
  }
  return read;
}

const DESTRUCTURED =
  /(?:const|let|var)\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*=\s*internalBinding\('(\w+)'\);/g;
const NAMED = /(?:const|let|var)\s+(\w+)\s*=\s*internalBinding\('(\w+)'\);/g;
const DIRECT = /internalBinding\('(\w+)'\)\.(\w+)/g;

/** The keys of an object pattern, without those of the patterns within it. */
function outerNames(pattern: string): string[] {
  let text = pattern.replace(/\/\/[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\{[^{}]*\}/g, "");
  }
  return text
    .split(",")
    .map((entry) => /^\s*(\w+)/.exec(entry)?.[1])
    .filter((name) => name !== undefined);
}
