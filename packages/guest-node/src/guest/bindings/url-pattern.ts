import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty, withoutPrototype } from "../past-prototypes.ts";
import { ReflectApply, ReflectConstruct, ReflectGetOwnPropertyDescriptor } from "../primordial.ts";
import { CanonicalComponents } from "../url-pattern/canonical-components.ts";
import { ParsedPattern, type PatternInput } from "../url-pattern/parsed-pattern.ts";
import { COMPONENTS, type ComponentName, type InitTools, type PatternInit } from "../url-pattern/pattern-init.ts";
import { PatternError } from "../url-pattern/pattern-tokens.ts";
import { readConstructorArguments, readMatchArguments } from "../url-pattern/url-pattern-arguments.ts";

/** `URLPattern`, as the standard has it: patterns become expressions of the guest's own, and run within its bounds. */
export function urlPatternBinding(guest: Guest): Binding {
  const tools: InitTools = { guest, canonical: new CanonicalComponents(guest) };
  const failed = (code: string, message: string): Error => guest.errors.coded("TypeError", code, message);

  class Pattern {
    readonly #parsed: ParsedPattern;

    constructor(args: readonly unknown[]) {
      const { input, base, ignoreCase } = readConstructorArguments(guest, args);
      this.#parsed = attempt(
        () => new ParsedPattern(tools, input, base, ignoreCase),
        () => failed("ERR_INVALID_URL_PATTERN", "Failed to construct URLPattern"),
      );
    }

    static of(value: unknown): ParsedPattern {
      if (typeof value !== "object" || value === null || !(#parsed in value)) throw new TypeError("Illegal invocation");
      return value.#parsed;
    }
  }

  const { of } = Pattern;
  const match = (pattern: ParsedPattern, args: readonly unknown[], name: string) => {
    const { input, base } = readMatchArguments(guest, args);
    const matched = attempt(
      () => pattern.match(input, base),
      () => failed("ERR_OPERATION_FAILED", `Failed to ${name} URLPattern`),
    );
    return matched === undefined ? undefined : { matched, inputs: inputsOf(input, base) };
  };

  function URLPattern(...args: unknown[]): object {
    if (new.target === undefined) {
      throw failed("ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
    }
    return ReflectConstruct(Pattern, [args], new.target) as object;
  }
  const methods = {
    exec(this: unknown, ...args: unknown[]): object | null {
      const found = match(of(this), args, "exec");
      if (found === undefined) return null;
      const { matched, inputs } = found;
      const { hash, hostname, password, pathname, port, protocol, search, username } = matched;
      return withoutPrototype({ hash, hostname, inputs, password, pathname, port, protocol, search, username });
    },
    test(this: unknown, ...args: unknown[]): boolean {
      return match(of(this), args, "test") !== undefined;
    },
  };
  const prototype = URLPattern.prototype as object;
  for (let index = 0; index < COMPONENTS.length; index++) {
    const name = COMPONENTS[index] as ComponentName;
    defineGetter(prototype, name, (receiver) => of(receiver).components[name].text);
  }
  defineGetter(prototype, "hasRegExpGroups", (receiver) => of(receiver).hasRegExpGroups);
  ObjectDefineProperty(prototype, "exec", ReflectGetOwnPropertyDescriptor(methods, "exec") as PropertyDescriptor);
  ObjectDefineProperty(prototype, "test", ReflectGetOwnPropertyDescriptor(methods, "test") as PropertyDescriptor);
  return { __proto__: null, URLPattern };
}

function defineGetter(prototype: object, name: string, read: (receiver: unknown) => unknown): void {
  const accessor = {
    get(this: unknown): unknown {
      return read(this);
    },
  };
  ObjectDefineProperty(accessor.get, "name", { value: "" });
  ObjectDefineProperty(prototype, name, { get: accessor.get, enumerable: true });
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
