/** The program of an extension's guest: has the extension register what it handles. */
import "directus:globals";
import * as whole from "directus:extension";
import { entry, hasLegacyOperations, hasMoreHooks, mount, register, type } from "directus:registrar";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
/** What hooks have outside a sandbox, and not in one. */
const ELSEWHERE = ["init", "schedule", "embed"] as const;

const extension = entry === undefined ? whole.default : entryOf(whole, entry);

type Handler = (...args: readonly unknown[]) => unknown;
type Register = (key: unknown, handler: unknown) => void;

function registrar(kind: string, keyed: string, handled: string): Register {
  return (key, handler) => {
    if (typeof key !== "string") throw new TypeError(`${keyed} has to be of type string`);
    if (typeof handler !== "function") throw new TypeError(`${handled} has to be of type function`);
    register(kind, key, (argument, details) =>
      details === undefined ? (handler as Handler)(argument) : (handler as Handler)(argument, details),
    );
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
  const isLegacy = hasLegacyOperations && typeof extension === "function";
  const config = (isLegacy ? (extension as Handler)() : extension) as {
    readonly id: unknown;
    readonly handler: unknown;
  };
  registrar("operation", "Operation config id", "Operation config handler")(config.id, config.handler);
}

async function registerBy(extensionExport: Handler, argument: object): Promise<void> {
  await extensionExport(argument);
}

/** A function, or `{ id, handler }`, whose routes are beneath the id. */
function registrarOfRoutes(): Handler {
  if (typeof extension !== "object" || extension === null || !("id" in extension)) return extension as Handler;
  const { id, handler } = extension as { readonly id: unknown; readonly handler?: unknown };
  if (typeof id !== "string") throw new TypeError("Endpoint config id has to be of type string");
  if (typeof handler !== "function") throw new TypeError("Endpoint config handler has to be of type function");
  mount(id);
  return handler as Handler;
}

/** What a bundle exports in the list of a type by the name of one of its entries. */
function entryOf(bundle: Readonly<Record<string, unknown>>, name: string): unknown {
  const list = bundle[`${type}s`] as
    | ArrayLike<{ readonly name?: unknown; readonly config?: unknown } | null>
    | undefined;
  for (let index = 0; index < (list?.length ?? 0); index += 1) {
    const found = list?.[index];
    if (found?.name === name) return found.config;
  }
  throw new TypeError(`The bundle exports no ${type} "${name}"`);
}

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;

if (type === "operation") registerOperation();
else if (type === "endpoint") await registerBy(registrarOfRoutes(), routerOf());
else await registerBy(extension as Handler, hooksOf());
