import { VivariumError } from "../errors/vivarium-error.ts";

type Known = readonly string[];

/** An options object as a record to read from: no array, no unknown names. */
export function readOptions(options: unknown, where: string, known: Known): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new VivariumError("ERR_INVALID_OPTION", {
      option: `options of ${where}`,
      wanted: "an object",
      actual: options,
    });
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new VivariumError("ERR_UNKNOWN_OPTION", { option: unknown, where, known });
  // A copy: what is validated is what is used, whatever becomes of the object.
  return Object.fromEntries(known.map((key) => [key, Reflect.get(options, key)]));
}

export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

export function readFunction<Callback>(option: string): (value: unknown) => Callback {
  return (value) => (typeof value === "function" ? (value as Callback) : invalid(option, "a function", value));
}

export function readText(option: string): (value: unknown) => string {
  return (value) => (typeof value === "string" ? value : invalid(option, "a string", value));
}

/** A path for a guest: absolute, of a file or of a directory. */
export function readAbsolutePath(option: string): (value: unknown) => string {
  const wanted = 'an absolute path ("/…")';
  return (value) => {
    const isPath = typeof value === "string" && value.startsWith("/") && !value.includes("\0");
    return isPath ? value : invalid(option, wanted, value);
  };
}

/** The name of a program: an absolute path of a file. */
export function readFilePath(value: unknown): string {
  const path = readAbsolutePath("filePath")(value);
  return path.endsWith("/") ? invalid("filePath", "the absolute path of a file", value) : path;
}

export function readDuration(option: string): (value: unknown) => number {
  return (value) =>
    typeof value === "number" && value > 0 && value < 2 ** 31
      ? value
      : invalid(option, "a number of milliseconds above 0 and below 2147483648", value);
}

/** How many of something there may be. */
export function readCount(option: string, least: number): (value: unknown) => number {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : invalid(option, `a whole number from ${least}`, value);
}

export function readStrings(option: string): (value: unknown) => readonly string[] {
  return (value) => {
    if (!Array.isArray(value)) return invalid(option, "an array of strings", value);
    const texts = value.map((text: unknown) =>
      typeof text === "string" ? text : invalid(option, "an array of strings", text),
    );
    return Object.freeze(texts);
  };
}

export function readEnv(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid("env", "an object of strings", value);
  const env: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(value)) {
    if (text === undefined) continue;
    if (name === "" || /[=\0]/.test(name)) invalid("env", 'names that are not empty and hold no "="', name);
    env[name] = typeof text === "string" && !text.includes("\0") ? text : invalid(`env.${name}`, "a string", text);
  }
  return Object.freeze(env);
}

export function readSignal(value: unknown): AbortSignal {
  return value instanceof AbortSignal ? value : invalid("signal", "an AbortSignal", value);
}

/** @throws VivariumError `ERR_INVALID_OPTION` */
export function invalid(option: string, wanted: string, actual: unknown): never {
  throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual });
}
