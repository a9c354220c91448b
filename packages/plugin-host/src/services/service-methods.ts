import { ServiceMethod } from "./service-method.ts";

/** Names that mean something to the language, whatever object has them. */
const RESERVED: ReadonlySet<string> = new Set(["constructor", "prototype", "then", "toJSON", "toString", "valueOf"]);

/** Whether a service or a method can be called so. */
export function isServiceName(name: string): boolean {
  return /^[A-Za-z][\w]{0,63}$/.test(name) && !RESERVED.has(name) && !(name in Object.prototype);
}

/**
 * The methods of a service by their names: its own, and those of its classes. They are read once, so that what was granted is
 * what is called, whatever becomes of the object.
 */
export function methodsOf(service: object): ReadonlyMap<string, ServiceMethod> {
  const methods = new Map<string, ServiceMethod>();
  for (
    let object: object | null = service;
    object !== null && !isRoot(object);
    object = Object.getPrototypeOf(object)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (!isServiceName(name) || methods.has(name)) continue;
      const method = methodOf(service, value);
      if (method !== undefined) methods.set(name, method);
    }
  }
  return methods;
}

function isRoot(object: object): boolean {
  return object === Object.prototype || object === Function.prototype;
}

function methodOf(service: object, value: unknown): ServiceMethod | undefined {
  if (value instanceof ServiceMethod) return value;
  if (typeof value !== "function") return undefined;
  const run = (_call: unknown, ...args: readonly unknown[]): unknown => Reflect.apply(value, service, args);
  return new PlainMethod([], undefined, run);
}

/** A function as it is: it gets all arguments, and nothing of the call. */
export class PlainMethod extends ServiceMethod {}
