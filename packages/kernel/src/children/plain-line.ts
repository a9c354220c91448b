import type { ChildWish } from "@vivarium/core";
import { reservedWords, shellBuiltins, shellVariables } from "./shell-words.table.ts";

/** A command line that says nothing but a command and its arguments: a shell would do nothing but start that. */
export interface PlainLine {
  readonly words: readonly [command: string, ...args: string[]];
  /** The variables that it was made with. */
  readonly variables: readonly string[];
  /** Whether shells have such a command themselves, that does the same. */
  readonly isBuiltin: boolean;
}

type Variables = Readonly<Record<string, string>>;

/** As Node's library calls the shell of `exec()` and `shell: true`, and as people do. */
const defaultShells: readonly string[] = ["/bin/sh", "sh"];

/** Of what a line is read from, and of what comes of it with the values of its variables, in UTF-16 units. */
const LONGEST_LINE = 32_768;
const LONGEST_RESULT = 131_072;

/** What stands for itself in any shell. Whatever a locale may take for a blank, a letter or an operator is not among it. */
const PLAIN = "[\\w@%+:,./=-]";
const piece = new RegExp(
  [
    `(?<plain>${PLAIN}+)`,
    "(?<blank>[ \\t]+)",
    "'(?<quoted>[^']*)'",
    '"(?<open>)',
    "\\\\(?<escaped>[^\\n\\r])",
    "\\$(?:(?<name>[A-Za-z_]\\w*)|\\{(?<braced>[A-Za-z_]\\w*)\\})",
  ].join("|"),
  "y",
);
/** Between double quotes. Any other character of a variable, a command or a number behind `$` asks for a shell. */
const quotedPiece = new RegExp(
  [
    '(?<close>")',
    '(?<plain>[^"\\\\$`]+)',
    '\\\\(?<escaped>[$`"\\\\])',
    "(?<kept>\\\\)(?![\\n\\r])",
    "\\$(?:(?<name>[A-Za-z_]\\w*)|\\{(?<braced>[A-Za-z_]\\w*)\\})",
  ].join("|"),
  "y",
);
/** The value of a variable that no shell would divide, or look for files by. */
const unsplit = new RegExp(`^${PLAIN}+$`);

/**
 * The command of a line that is given to the default shell (`sh -c LINE`), where the shell has nothing else to do than to
 * start it: words, quotes, escapes, variables that the command itself is given. `undefined` where there is any doubt.
 */
export function plainLineOf({ file, args, env }: Pick<ChildWish, "file" | "args" | "env">): PlainLine | undefined {
  const [name, option, line, ...rest] = args;
  if (!defaultShells.includes(file) || name !== file || option !== "-c" || rest.length > 0) return undefined;
  return line === undefined ? undefined : readPlainLine(line, variablesOf(env));
}

function variablesOf(pairs: readonly string[]): Variables {
  const variables: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const end = pair.indexOf("=");
    if (end > 0) variables[pair.slice(0, end)] = pair.slice(end + 1);
  }
  return variables;
}

/** @param given the variables that the shell would get */
export function readPlainLine(line: string, given: Variables): PlainLine | undefined {
  // What begins so is an option of the shell itself.
  if (line.length > LONGEST_LINE || /^[-+]/.test(line) || line.includes("\0")) return undefined;
  return new LineReader(line, given).read();
}

class LineReader {
  readonly #line: string;
  readonly #given: Variables;
  readonly #words: string[] = [];
  readonly #used: Set<string> = new Set();
  /** The word that is being read; none between words. */
  #word: string | undefined;
  #at = 0;
  #length = 0;
  /** Whether the command is, as it is written, what might be an assignment. */
  #assigns = false;

  constructor(line: string, given: Variables) {
    this.#line = line;
    this.#given = given;
  }

  read(): PlainLine | undefined {
    while (this.#at < this.#line.length) if (!this.#piece() || this.#length > LONGEST_RESULT) return undefined;
    this.#endWord();
    const [command, ...args] = this.#words;
    if (command === undefined || command === "" || this.#assigns || reservedWords.includes(command)) return undefined;
    const isBuiltin = isSameAsProgram(command, args);
    if (shellBuiltins.includes(command) || isBuiltin === undefined) return undefined;
    return { words: [command, ...args], variables: [...this.#used], isBuiltin };
  }

  #piece(): boolean {
    const groups = this.#match(piece);
    if (groups === undefined) return false;
    const { plain, blank, quoted, open, escaped, name, braced } = groups;
    if (blank !== undefined) this.#endWord();
    else if (open !== undefined) return this.#quoted();
    else if (plain !== undefined) {
      this.#assigns ||= this.#words.length === 0 && plain.includes("=");
      this.#add(plain);
    } else if (quoted !== undefined || escaped !== undefined) this.#add(quoted ?? escaped ?? "");
    else return this.#variable(name ?? braced ?? "", false);
    return true;
  }

  #quoted(): boolean {
    this.#add("");
    for (;;) {
      const groups = this.#match(quotedPiece);
      if (groups === undefined || this.#length > LONGEST_RESULT) return false;
      const { close, plain, escaped, kept, name, braced } = groups;
      if (close !== undefined) return true;
      const text = plain ?? escaped ?? kept;
      if (text !== undefined) this.#add(text);
      else if (!this.#variable(name ?? braced ?? "", true)) return false;
    }
  }

  #variable(name: string, isQuoted: boolean): boolean {
    if (shellVariables.includes(name) || name.startsWith("BASH_") || !Object.hasOwn(this.#given, name)) return false;
    const value = this.#given[name] ?? "";
    if (!isQuoted && (!unsplit.test(value) || Object.hasOwn(this.#given, "IFS"))) return false;
    this.#used.add(name);
    this.#add(value);
    return true;
  }

  #match(pattern: RegExp): Record<string, string | undefined> | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found.groups;
  }

  #add(text: string): void {
    this.#length += text.length;
    this.#word = (this.#word ?? "") + text;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}

/**
 * Whether a command is one that a shell does itself as the program of that name does; undefined where the two may
 * differ.
 */
function isSameAsProgram(command: string, args: readonly string[]): boolean | undefined {
  switch (command) {
    case "true":
    case "false":
      return true;
    case "pwd":
      return args.length === 0 ? true : undefined;
    case "echo":
      return args[0]?.startsWith("-") === true || args.some((text) => text.includes("\\")) ? undefined : true;
    default:
      return false;
  }
}
