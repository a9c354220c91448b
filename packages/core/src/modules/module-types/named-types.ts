import { freeName, toTypeName } from "./names.ts";
import { builtInTypes } from "./reserved-names.table.ts";
import { type TypeNode, UNKNOWN } from "./type-node.ts";

/** What is declared by a name. */
export interface Declared {
  readonly type: TypeNode;
  /** Lines of its comment. */
  readonly comment: readonly string[];
}

/** What names are made from, the first that serves. */
export interface Wanted {
  readonly names: readonly (string | undefined)[];
  /** What tells it from another one of the same name: `Input`. */
  readonly suffix: string;
}

/** The types of a module that are declared by their names, in the order of their first mention. */
export class NamedTypes {
  readonly #nameOf = new Map<string, string>();
  readonly #texts = new Map<string, number>();
  readonly #declare = new Map<string, () => Declared>();

  /**
   * The name of a type. It is made later: it may mention itself.
   *
   * @param key the same for what is the same
   */
  nameFor(key: string, wanted: Wanted, declare: () => Declared): string {
    const known = this.#nameOf.get(key);
    if (known !== undefined) return known;
    const name = this.#choose(wanted);
    this.#nameOf.set(key, name);
    this.#declare.set(name, declare);
    return name;
  }

  /** A number for a text, the same for the same. */
  intern(text: string): number {
    const number = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, number);
    return number;
  }

  /** All of them, with those that they mention. */
  finish(): ReadonlyMap<string, Declared> {
    const declared = new Map<string, Declared>();
    // Grows while it is gone through.
    for (const [name, declare] of this.#declare) declared.set(name, declare());
    return breakCircles(declared);
  }

  #choose({ names, suffix }: Wanted): string {
    const isTaken = (name: string): boolean => builtInTypes.has(name) || this.#declare.has(name);
    const wanted = names.map((name) => toTypeName(name ?? "")).find((name) => name !== undefined) ?? "Data";
    if (!isTaken(wanted)) return wanted;
    return freeName(isTaken(wanted + suffix) ? wanted : wanted + suffix, isTaken);
  }
}

/** TypeScript refuses an alias that leads to itself with nothing in between: such a type says nothing. */
function breakCircles(declared: ReadonlyMap<string, Declared>): ReadonlyMap<string, Declared> {
  const broken = new Map(declared);
  for (const [name, { comment }] of declared) {
    if (leadsToItself(name, broken)) broken.set(name, { type: UNKNOWN, comment });
  }
  return broken;
}

function leadsToItself(name: string, declared: ReadonlyMap<string, Declared>): boolean {
  const next = (from: string): readonly string[] => aliasesIn(declared.get(from)?.type ?? UNKNOWN);
  const reached = new Set(next(name));
  // Grows while it is gone through.
  for (const from of reached) {
    for (const alias of next(from)) reached.add(alias);
  }
  return reached.has(name);
}

/** Names for which TypeScript has to look before it knows what kind of type this is. */
function aliasesIn(type: TypeNode): readonly string[] {
  if (type.kind === "name") return [type.name];
  if (type.kind === "union" || type.kind === "intersection") return type.members.flatMap(aliasesIn);
  // It puts off the elements of arrays and tuples, but not `[A, ...B[][]]`.
  return type.kind === "tuple" && type.rest?.kind === "array" ? namesIn(type.rest) : [];
}

function namesIn(type: TypeNode): readonly string[] {
  return type.kind === "array" ? namesIn(type.element) : aliasesIn(type);
}
