import type { Guest } from "../guest.ts";
import { ObjectDefineProperty, setOwn } from "../past-prototypes.ts";
import { globalObject, ObjectCreate, ReflectApply } from "../primordial.ts";

type Method = (...args: unknown[]) => unknown;

/** The console namespace over Node's console, which leads to its streams: no more than the standard names is there. */
export function webConsole({ native }: Guest, eachName: (visit: (name: string) => void) => void): object {
  const { console: nodeConsole } = globalObject as { console?: unknown };
  const console = ObjectCreate(ObjectCreate(Object.prototype));
  eachName((name) => {
    const method = (nodeConsole as Record<string, Method>)[name];
    if (method === undefined) return;
    const answer = (_self: unknown, ...args: unknown[]): unknown => ReflectApply(method, nodeConsole, args);
    setOwn(console, name, native.util.replace(method, answer));
  });
  ObjectDefineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  return console;
}
