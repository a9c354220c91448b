import type { Binding } from "./guest.ts";
import { ObjectDefineProperty, setOwn } from "./past-prototypes.ts";
import { ObjectSetPrototypeOf } from "./primordial.ts";

/** The error of something that Node has and a guest lacks: it names the binding's property. */
export function unimplemented(binding: string, property: string): Error {
  const error = new Error(`${binding}.${property} is not implemented in this guest`);
  setOwn(error, "code", "ERR_VIVARIUM_UNIMPLEMENTED");
  return error;
}

/** A function or class that throws {@link unimplemented} when it is called or constructed. */
export function unimplementedFunction(binding: string, property: string): () => never {
  function missing(): never {
    throw unimplemented(binding, property);
  }
  ObjectDefineProperty(missing, "name", { value: property, configurable: true });
  ObjectSetPrototypeOf(missing.prototype as object, null);
  return missing;
}

/** Adds what is declared and not there yet. */
export function declareUnimplemented(binding: Binding, name: string, properties: readonly string[]): Binding {
  for (let index = 0; index < properties.length; index++) {
    const property = properties[index];
    if (property !== undefined && !(property in binding)) binding[property] = unimplementedFunction(name, property);
  }
  return binding;
}
