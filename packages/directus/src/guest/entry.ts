/** The program of an extension's guest: has the extension register what it handles. */
import "directus:globals";
import * as whole from "directus:extension";
import { hasMoreHooks, register, type } from "directus:registrar";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
/** What hooks have outside a sandbox, and not in one. */
const ELSEWHERE = ["init", "schedule", "embed"] as const;

const { default: extension } = whole;

type Handler = (argument: unknown) => unknown;
type Register = (key: unknown, handler: unknown) => void;

function registrar(kind: string, keyed: string, handled: string): Register {
  return (key, handler) => {
    if (typeof key !== "string") throw new TypeError(`${keyed} has to be of type string`);
    if (typeof handler !== "function") throw new TypeError(`${handled} has to be of type function`);
    register(kind, key, (argument) => (handler as Handler)(argument));
  };
}

function routerOf(): Record<string, Register> {
  const router: Record<string, Register> = {};
  for (const method of METHODS) router[method] = registrar(method, "Route path", "Route handler");
  return router;
}

function hooksOf(): Record<string, Register> {
  const hooks: Record<string, Register> = {
    filter: registrar("filter", "Filter event", "Filter handler"),
    action: registrar("action", "Action event", "Action handler"),
  };
  if (hasMoreHooks) {
    hooks["init"] = registrar("init", "Init event", "Init handler");
    hooks["schedule"] = registrar("schedule", "Schedule times", "Schedule handler");
  }
  for (const name of ELSEWHERE) {
    if (name in hooks) continue;
    const value = (): never => {
      throw new TypeError(`${name} is not a function: it is not supported in the sandbox`);
    };
    // Not for who looks at what there is.
    Object.defineProperty(hooks, name, { value });
  }
  return hooks;
}

function registerOperation(): void {
  const { id, handler } = extension as { readonly id: unknown; readonly handler: unknown };
  registrar("operation", "Operation config id", "Operation config handler")(id, handler);
}

async function registerBy(argument: object): Promise<void> {
  const extensionExport = extension as Handler;
  await extensionExport(argument);
}

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;

if (type === "operation") registerOperation();
else await registerBy(type === "endpoint" ? routerOf() : hooksOf());
