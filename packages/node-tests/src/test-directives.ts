/** Value of one command-line option of Node, as a guest's configuration carries it. */
export type OptionValue = boolean | number | string | readonly string[];

/** What a test file asks for in its head comments: `// Flags: --expose-internals`, `// Env: NODE_DEBUG=fs`. */
export interface TestDirectives {
  /** The flags as written, in order: `process.execArgv`. */
  readonly flags: readonly string[];
  /** Those that are V8's. */
  readonly engineFlags: readonly string[];
  /** The others as options of Node, under their canonical names. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly env: Readonly<Record<string, string>>;
}

const flagsLine = /^\/\/ Flags:(.*)$/gm;
const envLine = /^\/\/ Env:(.*)$/gm;

/** Flags of V8 that tests ask for; they are no options of Node. */
const engineFlag = /^--(?:allow[-_]natives[-_]syntax|expose[-_]gc|expose[-_]externalize[-_]string)$/;

/** Former names of options that have been renamed since. */
const renamed: ReadonlyMap<string, string> = new Map([["--experimental-require-module", "--require-module"]]);

/** Options that may be given several times: each use appends. */
const listOptions: ReadonlySet<string> = new Set([
  "--allow-fs-read",
  "--allow-fs-write",
  "--conditions",
  "--disable-warning",
  "--experimental-loader",
  "--import",
  "--require",
]);

/** Reads the directives that Node's own test runner honours. */
export function readTestDirectives(source: string): TestDirectives {
  const flags = wordsOf(source, flagsLine);
  const options = new Map<string, OptionValue>();
  for (const [index, flag] of flags.entries()) {
    if (!flag.startsWith("-") || engineFlag.test(flag)) continue;
    const next = flags[index + 1];
    const { name, value } = parseFlag(next === undefined || next.startsWith("-") ? flag : `${flag}=${next}`);
    const before = options.get(name);
    if (listOptions.has(name)) options.set(name, [...(Array.isArray(before) ? before : []), String(value)]);
    else for (const known of [name, renamed.get(name)]) if (known !== undefined) options.set(known, value);
  }
  const env = wordsOf(source, envLine).map((word) => splitAtEquals(word));
  return {
    flags,
    engineFlags: flags.filter((flag) => engineFlag.test(flag)),
    options: Object.fromEntries(options),
    env: Object.fromEntries(env.map(({ name, text }) => [name, text ?? ""])),
  };
}

function wordsOf(source: string, line: RegExp): string[] {
  return [...source.matchAll(line)]
    .flatMap((match) => (match[1] ?? "").trim().split(/\s+/))
    .filter((word) => word !== "");
}

function parseFlag(flag: string): { readonly name: string; readonly value: OptionValue } {
  const { name: written, text } = splitAtEquals(flag);
  const name = `--${written.replace(/^--?/, "").replaceAll("_", "-")}`;
  if (text === undefined) {
    return name.startsWith("--no-") ? { name: `--${name.slice(5)}`, value: false } : { name, value: true };
  }
  return { name, value: /^\d+$/.test(text) ? Number(text) : text };
}

function splitAtEquals(word: string): { readonly name: string; readonly text: string | undefined } {
  const at = word.indexOf("=");
  return at === -1 ? { name: word, text: undefined } : { name: word.slice(0, at), text: word.slice(at + 1) };
}
