import type { Binding, Guest } from "../guest.ts";
import type { TakeLate } from "../late-bundles.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ReflectConstruct, ReflectGetOwnPropertyDescriptor } from "../primordial.ts";
import { COMPONENTS, type ComponentName } from "../url-pattern/components.ts";
import type { ParsedPattern } from "../url-pattern/parsed-pattern.ts";
import type { Patterns } from "../url-pattern/patterns.ts";

/**
 * `URLPattern`, as the standard has it: patterns become expressions of the guest's own, and run within its bounds. Node's
 * library asks for the class at its start; what it does is late.
 */
export function urlPatternBinding(guest: Guest, takeLate: TakeLate): Binding {
  let made: Patterns | undefined;
  const patterns = (): Patterns => {
    made ??= new (takeLate("url-pattern").Patterns)(guest);
    return made;
  };

  class Pattern {
    readonly #parsed: ParsedPattern;

    constructor(args: readonly unknown[]) {
      this.#parsed = patterns().parse(args);
    }

    static of(value: unknown): ParsedPattern {
      if (typeof value !== "object" || value === null || !(#parsed in value)) throw new TypeError("Illegal invocation");
      return value.#parsed;
    }
  }

  const { of } = Pattern;

  function URLPattern(...args: unknown[]): object {
    if (new.target === undefined) {
      const message = "Cannot call constructor without `new`";
      throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_REQUIRED", message);
    }
    return ReflectConstruct(Pattern, [args], new.target) as object;
  }
  const methods = {
    exec(this: unknown, ...args: unknown[]): object | null {
      return patterns().exec(of(this), args);
    },
    test(this: unknown, ...args: unknown[]): boolean {
      return patterns().test(of(this), args);
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
