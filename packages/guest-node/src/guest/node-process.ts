import type { Guest } from "./guest.ts";
import type { NodeTables } from "./node-tables.ts";
import { ObjectDefineProperty, withoutPrototype } from "./past-prototypes.ts";
import {
  ObjectCreate,
  ObjectFreeze,
  ObjectKeys,
  StringPrototypeSlice,
  WeakSetPrototypeAdd,
  WeakSetPrototypeHas,
} from "./primordial.ts";

/** The `process` object as Node's native side makes it, before its library adds to it. */
export function createProcessObject(tables: NodeTables, exitInfo: symbol): Record<PropertyKey, unknown> {
  // Its prototype's constructor is called `process`, and is what `util.inspect` shows.
  const { process: constructor } = { process(): void {} };
  const prototype = ObjectCreate(Object.prototype) as Record<string, unknown>;
  ObjectDefineProperty(prototype, "constructor", { value: constructor, writable: true, configurable: true });
  ObjectDefineProperty(constructor, "prototype", { value: prototype });
  const process = ObjectCreate(prototype) as Record<PropertyKey, unknown>;
  const constant = (name: string, value: unknown) => {
    ObjectDefineProperty(process, name, { value, enumerable: true, configurable: true, writable: false });
  };
  constant("version", tables.version);
  constant("versions", versionsOf(tables.versions, tables.version));
  constant("arch", "x64");
  constant("platform", "linux");
  constant("release", copy(tables.release));
  process[exitInfo] = new Int32Array(3);
  return process;
}

/** `process.versions` of a Node of this version. */
export function versionsOf(versions: Readonly<Record<string, string>>, version: string): Record<string, unknown> {
  return ObjectFreeze(copy(withoutPrototype({ ...versions, node: StringPrototypeSlice(version, 1) })));
}

function copy(source: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  const keys = ObjectKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) {
      ObjectDefineProperty(target, key, { value: source[key], enumerable: true, configurable: true, writable: false });
    }
  }
  return target;
}

/** Every `process.env` that there is. */
const environments = new WeakSet<object>();

/** What stands for a value where it is copied to somebody: V8 copies no proxy, and `process.env` is one. */
export function cloneable(value: unknown): unknown {
  const isEnvironment = typeof value === "object" && value !== null && WeakSetPrototypeHas(environments, value);
  return isEnvironment ? copy(value as Record<string, unknown>) : value;
}

/** `process.env`: strings alone, and every change asks the kernel. */
export function createEnvironment(guest: Guest): Record<string, string> {
  const target = ObjectCreate(Object.prototype) as Record<string, string>;
  const keys = ObjectKeys(guest.config.env);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) define(target, key, guest.config.env[key] ?? "");
  }
  const warn = createConversionWarning(guest);
  // A thread has variables of its own, of which nothing outside hears: what it starts is asked about them.
  const isOwn = guest.config.worker !== undefined;
  const refuse = (status: number, syscall: string, path: string): never => {
    throw guest.errors.uvException(status, { syscall, path, reason: guest.calls.reason() });
  };
  const write = (key: string, value: unknown): boolean => {
    // As a system refuses it, of which Node says nothing.
    if (key === "") return true;
    const text = asText(value);
    warn(value);
    const status = isOwn ? 0 : guest.calls.sync("process.setEnv", key, text);
    if (typeof status === "number" && status < 0) refuse(status, "setenv", key);
    define(target, key, text);
    return true;
  };
  // A trap that is not here must not be found on Object.prototype.
  const handler: ProxyHandler<Record<string, string>> = withoutPrototype({
    set(_target, key, value) {
      return write(asKey(key), value);
    },
    defineProperty(_target, key, descriptor) {
      // A fresh object, made for this trap alone.
      const own = withoutPrototype(descriptor);
      requireDataDescriptor(guest, own);
      return write(asKey(key), own.value);
    },
    deleteProperty(_target, key) {
      if (typeof key === "symbol" || !(key in target)) return true;
      const status = isOwn ? 0 : guest.calls.sync("process.deleteEnv", key);
      if (typeof status === "number" && status < 0) refuse(status, "unsetenv", key);
      return delete target[key];
    },
  });
  const environment = new Proxy(target, handler);
  WeakSetPrototypeAdd(environments, environment);
  return environment;
}

/** With `--pending-deprecation`, says once that a value is no string, number or boolean (DEP0104). */
function createConversionWarning(guest: Guest): (value: unknown) => void {
  let isDue = true;
  return (value) => {
    const type = typeof value;
    if (!isDue || type === "string" || type === "number" || type === "boolean") return;
    if (guest.options()["--pending-deprecation"] !== true) return;
    isDue = false;
    const emitWarning = guest.process["emitWarning"] as (message: string, type: string, code: string) => void;
    emitWarning(
      "Assigning any value other than a string, number, or boolean to a process.env property is deprecated. " +
        "Please make sure to convert the value to a string before setting process.env with it.",
      "DeprecationWarning",
      "DEP0104",
    );
  };
}

function define(target: object, key: string, value: string): void {
  ObjectDefineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function asKey(key: string | symbol): string {
  if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return key;
}

function asText(value: unknown): string {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return `${value as string}`;
}

function requireDataDescriptor(guest: Guest, descriptor: PropertyDescriptor): void {
  const refuse = (message: string) => guest.errors.coded("TypeError", "ERR_INVALID_OBJECT_DEFINE_PROPERTY", message);
  if ("get" in descriptor || "set" in descriptor) {
    throw refuse("'process.env' does not accept an accessor(getter/setter) descriptor");
  }
  if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
    throw refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
  }
}
