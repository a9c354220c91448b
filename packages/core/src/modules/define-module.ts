import { quote } from "../errors/describe-value.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { type AnyFunction, isGuestFunction } from "../functions/guest-function.ts";
import { describeThrown } from "../inert/describe-thrown.ts";
import { type HostFunctionDefinition, isHostFunction, plainFunction } from "./host-function.ts";

/** What a guest finds in a module of the host. */
export type ModuleMember =
  | { readonly kind: "constant"; readonly name: string; readonly value: unknown }
  /** `path`: its name, with those of the objects before it that it is in, and dots between. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly path: string;
      readonly definition: HostFunctionDefinition;
    }
  | { readonly kind: "namespace"; readonly name: string; readonly members: readonly ModuleMember[] };

/** Functions and constants of the host, for guests to import; {@link defineModule} makes it. */
export interface HostModule<Members extends object = object> {
  readonly members: readonly ModuleMember[];
  /** Of the whole, for whoever writes guests. */
  readonly description?: string;
  /** The body of its declaration for the guest's eyes, where it is given and not written by `moduleTypes()`. */
  readonly declaration?: string;
  /** Types alone: what it was made from. */
  readonly shape?: Members;
}

/** What is said of a module beside its members. */
export interface ModuleOptions {
  /** One or more sentences for whoever writes guests: a comment in the declaration that `moduleTypes()` writes. */
  readonly description?: string;
  /** The statements of its declaration in TypeScript, as they stand in `declare module`: instead of what the schemas tell. */
  readonly declaration?: string;
}

const brand: symbol = Symbol.for("vivarium.host-module");

/** Objects within objects that hold functions. */
const MAX_DEPTH = 8;
/** What cannot be exported: the module as a whole is the default export, and what has a `then` is taken for a promise. */
const RESERVED: readonly string[] = ["default", "then"];
const IDENTIFIER: RegExp = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * Makes a module from functions and constants of the host: guests to which it is given (`modules`) can import it. A function
 * is a plain one or a {@link hostFunction}; an object that holds functions is an object for the guest too; everything else
 * is a constant and has to be data (what can be exported from a guest).
 *
 * What crosses, crosses as a copy: arguments, what is returned, and of an error its name, code and message.
 *
 * @throws VivariumError `ERR_INVALID_MODULE`, `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function defineModule<const Members extends object>(
  members: Members,
  options: ModuleOptions = {},
): HostModule<Members> {
  const read = readWhole(members);
  const { description, declaration } = readText(options);
  return Object.freeze(
    Object.defineProperty(
      {
        members: read,
        ...(description === undefined ? {} : { description }),
        ...(declaration === undefined ? {} : { declaration }),
      },
      brand,
      { value: true },
    ),
  );
}

/** Whether a value is made by {@link defineModule}. */
export function isHostModule(value: unknown): value is HostModule {
  return typeof value === "object" && value !== null && Reflect.get(value, brand) === true;
}

/** What is given may be a proxy, or have getters: whatever they throw is the fault of what is given. */
function readWhole(members: object): readonly ModuleMember[] {
  try {
    if (!isPlain(members)) throw invalid("a module is made from an object of functions and constants");
    const reserved = Object.keys(members).find((name) => RESERVED.includes(name));
    if (reserved !== undefined) throw invalid(`nothing in a module can be called ${quote(reserved)}`);
    return readMembers(members, "", 1);
  } catch (error) {
    throw error instanceof VivariumError ? error : invalid(`it cannot be read: ${describeThrown(error)}`);
  }
}

function readMembers(holder: object, path: string, depth: number): readonly ModuleMember[] {
  if (depth > MAX_DEPTH) throw invalid(`${quote(path)} is nested more than ${MAX_DEPTH} levels deep`);
  return Object.freeze(Object.keys(holder).map((name) => Object.freeze(readMember(holder, name, path, depth))));
}

function readMember(holder: object, name: string, path: string, depth: number): ModuleMember {
  const whole = path === "" ? name : `${path}.${name}`;
  if (!IDENTIFIER.test(name) || name === "__proto__") throw invalid(`${quote(whole)} is no name for a member`);
  const value: unknown = Reflect.get(holder, name);
  if (isHostFunction(value)) return { kind: "function", name, path: whole, definition: value.definition };
  if (typeof value === "function")
    return { kind: "function", name, path: whole, definition: plainFunction(value as AnyFunction, holder) };
  if (isGuestFunction(value)) throw invalid(`${quote(whole)} is a function of a guest`);
  const className = classWithMethods(value);
  if (className !== undefined) {
    const remedy = `make functions of them, as in { ${name}: { call: () => object.method() } }`;
    throw invalid(`${quote(whole)} is of class ${quote(className)}, whose methods do not cross; ${remedy}`);
  }
  if (holdsFunctions(value, new Set()))
    return { kind: "namespace", name, members: readMembers(value, whole, depth + 1) };
  return { kind: "constant", name, value };
}

/** @param seen objects that are being looked at, or hold none: data may be a circle, and have many ways to one object */
function holdsFunctions(value: unknown, seen: Set<object>): value is object {
  if (!isPlain(value) || seen.has(value)) return false;
  seen.add(value);
  return Object.values(value).some(
    (member) => typeof member === "function" || isHostFunction(member) || holdsFunctions(member, seen),
  );
}

/** The name of an object's class, where that is the embedder's own and has methods. */
function classWithMethods(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  if (DATA_CLASSES.some((Data) => value instanceof Data)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) return undefined;
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const isMethod = (name: string): boolean =>
    typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function";
  return methods.some(isMethod) ? String(value.constructor.name) : undefined;
}

/** Objects of these are data, whatever methods they have. */
const DATA_CLASSES = [Array, Map, Set, Date, RegExp, Error, ArrayBuffer, String, Number, Boolean, BigInt] as const;

/** An object as a literal makes it, or the namespace of a module. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null || isHostFunction(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function readText(options: ModuleOptions): ModuleOptions {
  const known: readonly string[] = ["description", "declaration"];
  for (const [option, value] of Object.entries(options)) {
    if (!known.includes(option))
      throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "defineModule()", known });
    if (value !== undefined && typeof value !== "string")
      throw new VivariumError("ERR_INVALID_OPTION", { option, wanted: "a string", actual: value });
  }
  return options;
}

function invalid(problem: string): VivariumError {
  return new VivariumError("ERR_INVALID_MODULE", { problem });
}
