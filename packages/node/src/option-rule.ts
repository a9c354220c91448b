import { quote, VivariumError } from "@vivarium/core";

/** What an option may be. `read` answers an inert copy of the value, or `undefined` when the value is not acceptable. */
export interface OptionRule {
  /** The end of "expected …". */
  readonly wanted: string;
  readonly read: (value: unknown) => unknown;
  /** Of a value made of parts, the first that is not acceptable. */
  readonly findWrongPart?: (value: unknown) => WrongPart | undefined;
}

interface WrongPart {
  /** What follows the option's name: `.LANG`, `[2]`. */
  readonly suffix: string;
  readonly wanted: string;
  readonly actual: unknown;
}

/** One rule per option, by the option's name. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

const isText = (value: unknown): boolean => typeof value === "string" && !value.includes("\0");
const wantedText = "a string without NUL";

export const text: OptionRule = rule(wantedText, isText);

/** As `process.version` has it. */
export const version: OptionRule = rule('a version of Node as "v24.1.0"', (value) => {
  return (
    typeof value === "string" &&
    /^v(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:[-+][0-9A-Za-z.+-]{1,64})?$/.test(value)
  );
});

export const absolutePath: OptionRule = rule(
  'an absolute path ("/…")',
  (value) => typeof value === "string" && value.startsWith("/") && !value.includes("\0"),
);

export const flag: OptionRule = rule("a boolean", (value) => typeof value === "boolean");

/** The last moment that a `Date` can say, and the first, in milliseconds from the epoch. */
const FARTHEST_TIME_MS = 8.64e15;

export const time: OptionRule = rule(
  "milliseconds since the epoch, from -8.64e15 to 8.64e15",
  (value) => typeof value === "number" && Math.abs(value) <= FARTHEST_TIME_MS,
);

export const content: OptionRule = rule(
  "a string or a Uint8Array",
  (value) => typeof value === "string" || value instanceof Uint8Array,
);

export const texts: OptionRule = arrayOf("strings", wantedText, isText);

/** Names to strings, as an environment has them. The copy has no prototype: any name is safe in it. */
export const variables: OptionRule = {
  wanted: 'an object of strings whose names are not empty and hold no "="',
  read: (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    const copy: Record<string, string> = Object.create(null);
    for (const [name, variable] of Object.entries(value)) {
      if (variable === undefined) continue;
      if (name === "" || name.includes("=") || name.includes("\0")) return undefined;
      if (typeof variable !== "string" || !isText(variable)) return undefined;
      copy[name] = variable;
    }
    return Object.freeze(copy);
  },
  findWrongPart: (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    const wrong = Object.entries(value).find(([, variable]) => variable !== undefined && !isText(variable));
    return (
      wrong && {
        suffix: /^\w{1,80}$/.test(wrong[0]) ? `.${wrong[0]}` : `[${quote(wrong[0])}]`,
        wanted: wantedText,
        actual: wrong[1],
      }
    );
  },
};

export function integer(least: number): OptionRule {
  return rule(`an integer of at least ${least}`, (value) => Number.isSafeInteger(value) && Number(value) >= least);
}

export function oneOf(...words: readonly string[]): OptionRule {
  return rule(words.map((word) => JSON.stringify(word)).join(" or "), (value) => words.some((word) => word === value));
}

/** `items` is what all are, as messages have it, and `wanted` what one is. */
export function arrayOf(items: string, wanted: string, accepts: (item: unknown) => boolean): OptionRule {
  return {
    wanted: `an array of ${items}`,
    read: (value) => {
      if (!Array.isArray(value)) return undefined;
      const copy: readonly unknown[] = Array.from(value);
      return copy.every(accepts) ? Object.freeze(copy) : undefined;
    },
    findWrongPart: (value) => {
      if (!Array.isArray(value)) return undefined;
      const copy: readonly unknown[] = Array.from(value);
      const index = copy.findIndex((item) => !accepts(item));
      return index === -1 ? undefined : { suffix: `[${index}]`, wanted, actual: copy[index] };
    },
  };
}

function rule(wanted: string, accepts: (value: unknown) => boolean): OptionRule {
  return { wanted, read: (value) => (accepts(value) ? value : undefined) };
}

/**
 * Answers a frozen copy of an object of options; `undefined` counts as left out.
 * @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function readOptions(value: unknown, option: string, rules: OptionRules): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = {};
  for (const [name, given] of entriesOf(value, option)) {
    const found = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (found === undefined) {
      throw new VivariumError("ERR_UNKNOWN_OPTION", { option: name, where: option, known: Object.keys(rules) });
    }
    if (given === undefined) continue;
    const read = found.read(given);
    if (read === undefined) {
      const { suffix, wanted, actual } = found.findWrongPart?.(given) ?? {
        suffix: "",
        wanted: found.wanted,
        actual: given,
      };
      throw new VivariumError("ERR_INVALID_OPTION", { option: `${option}.${name}${suffix}`, wanted, actual });
    }
    copy[name] = read;
  }
  return Object.freeze(copy);
}

/**
 * The options in an object, each read once.
 * @throws {VivariumError} `ERR_INVALID_OPTION` when it is no object
 */
export function entriesOf(value: unknown, option: string): ReadonlyArray<readonly [name: string, value: unknown]> {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new VivariumError("ERR_INVALID_OPTION", { option, wanted: "an object", actual: value });
  }
  return Object.entries(value);
}
