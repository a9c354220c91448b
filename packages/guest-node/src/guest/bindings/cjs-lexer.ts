import type { Binding } from "../guest.ts";
import type { TakeLate } from "../late-bundles.ts";
import { SetPrototypeAdd } from "../primordial.ts";

/** Which names a CommonJS module exports, by its text alone. */
export function cjsLexerBinding(takeLate: TakeLate): Binding {
  return {
    __proto__: null,
    parse(source: string) {
      const { parse } = takeLate("cjs-lexer");
      const names = new Set<string>();
      try {
        const { exports, reexports } = parse(source);
        for (let index = 0; index < exports.length; index++) SetPrototypeAdd(names, exports[index] ?? "");
        return [names, reexports];
      } catch {
        // What cannot be lexed exports nothing by name; that it cannot be parsed is for its compilation to say.
        return [names, []];
      }
    },
  };
}
