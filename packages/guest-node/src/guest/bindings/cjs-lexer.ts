import { parse } from "cjs-module-lexer";
import type { Binding } from "../guest.ts";
import { SetPrototypeAdd } from "../primordial.ts";

/** Which names a CommonJS module exports, by its text alone. */
export function cjsLexerBinding(): Binding {
  return {
    __proto__: null,
    parse(source: string) {
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
