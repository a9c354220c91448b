import type { Guest } from "../guest.ts";
import { withoutPrototype } from "../past-prototypes.ts";
import { ReflectApply } from "../primordial.ts";
import { CanonicalComponents } from "./canonical-components.ts";
import { ParsedPattern, type PatternInput } from "./parsed-pattern.ts";
import type { InitTools, PatternInit } from "./pattern-init.ts";
import { PatternError } from "./pattern-tokens.ts";
import { readConstructorArguments, readMatchArguments } from "./url-pattern-arguments.ts";

/** What `URLPattern` does: makes patterns from what its constructor is given, and matches what its methods are. */
export class Patterns {
  readonly #tools: InitTools;

  constructor(guest: Guest) {
    this.#tools = { guest, canonical: new CanonicalComponents(guest) };
  }

  parse(args: readonly unknown[]): ParsedPattern {
    const { input, base, ignoreCase } = readConstructorArguments(this.#tools.guest, args);
    return attempt(
      () => new ParsedPattern(this.#tools, input, base, ignoreCase),
      () => this.#failed("ERR_INVALID_URL_PATTERN", "Failed to construct URLPattern"),
    );
  }

  /** What `exec` answers; {@link test} is no more than whether there is such an answer. */
  exec(pattern: ParsedPattern, args: readonly unknown[]): object | null {
    const { input, base } = readMatchArguments(this.#tools.guest, args);
    const matched = this.#match(pattern, input, base, "exec");
    if (matched === undefined) return null;
    const inputs = inputsOf(input, base);
    const { hash, hostname, password, pathname, port, protocol, search, username } = matched;
    return withoutPrototype({ hash, hostname, inputs, password, pathname, port, protocol, search, username });
  }

  test(pattern: ParsedPattern, args: readonly unknown[]): boolean {
    const { input, base } = readMatchArguments(this.#tools.guest, args);
    return this.#match(pattern, input, base, "test") !== undefined;
  }

  #match(pattern: ParsedPattern, input: PatternInput, base: string | undefined, name: string) {
    return attempt(
      () => pattern.match(input, base),
      () => this.#failed("ERR_OPERATION_FAILED", `Failed to ${name} URLPattern`),
    );
  }

  #failed(code: string, message: string): Error {
    return this.#tools.guest.errors.coded("TypeError", code, message);
  }
}

/** What was given, with all that could have been given of it. */
function inputsOf(input: PatternInput, base: string | undefined): unknown[] {
  if (typeof input === "string") return base === undefined ? [input] : [input, base];
  const { protocol, username, password, hostname, port, pathname, search, hash, baseURL } = input;
  const given: PatternInit = { protocol, username, password, hostname, port, pathname, search, hash, baseURL };
  return [given];
}

function attempt<T>(work: () => T, failure: () => Error): T {
  try {
    return ReflectApply(work, undefined, []) as T;
  } catch (error) {
    if (PatternError.is(error)) throw failure();
    throw error;
  }
}
