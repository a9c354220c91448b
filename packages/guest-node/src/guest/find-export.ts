import type { GuestCore } from "./guest.ts";
import { ObjectHasOwn, ReflectGetPrototypeOf, StringPrototypeIndexOf, StringPrototypeSlice } from "./primordial.ts";

/** A function that a program exports, and what it is a method of. */
export interface Export {
  readonly callee: Function;
  readonly receiver: unknown;
}

/**
 * Finds an exported function by its name, or the names on the way to it with dots between them. The default export of a
 * CommonJS module is `module.exports` itself, as `import` has it.
 */
export function findExport(guest: GuestCore, exported: unknown, name: string): Export | undefined {
  let receiver: unknown;
  let value = exported;
  let rest: string | undefined = name;
  while (rest !== undefined) {
    const dot = StringPrototypeIndexOf(rest, ".");
    const key = dot < 0 ? rest : StringPrototypeSlice(rest, 0, dot);
    rest = dot < 0 ? undefined : StringPrototypeSlice(rest, dot + 1);
    const isDefault = value === exported && key === "default" && !guest.native.types.isModuleNamespaceObject(value);
    if (isDefault && !has(value, key)) continue;
    if (!has(value, key)) return undefined;
    receiver = value;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "function" ? { callee: value, receiver } : undefined;
}

/** Whether an object has it, or its class: what every object and every function has, nobody means. */
function has(value: unknown, key: string): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  for (let holder: object | null = value; holder !== null; holder = ReflectGetPrototypeOf(holder)) {
    if (isEverybodys(holder)) return false;
    if (ObjectHasOwn(holder, key)) return true;
  }
  return false;
}

const ObjectPrototype: object = Object.prototype;
const FunctionPrototype: object = Function.prototype;

function isEverybodys(holder: object): boolean {
  return holder === ObjectPrototype || holder === FunctionPrototype;
}
