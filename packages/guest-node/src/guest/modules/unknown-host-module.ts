import { moduleNotFound } from "../es-modules/module-errors.ts";
import {
  ArrayPrototypeJoin,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
} from "../primordial.ts";

/** Whether a specifier has the scheme of one of the host's modules: one of them is meant, then, and none has its name. */
export function sharesScheme(names: readonly string[], specifier: string): boolean {
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? "";
    const scheme = StringPrototypeSlice(name, 0, StringPrototypeIndexOf(name, ":") + 1);
    if (StringPrototypeStartsWith(specifier, scheme)) return true;
  }
  return false;
}

/** What whoever imports a module of the host gets that is none. */
export function unknownHostModule(names: readonly string[], specifier: string, referrer: string | undefined): Error {
  const remedy = `the host has given ${ArrayPrototypeJoin(names, ", ")}`;
  return moduleNotFound(specifier, referrer ?? "the program", remedy);
}
