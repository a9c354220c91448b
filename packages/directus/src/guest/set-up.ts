/** Readies a realm for an extension, and has that register what it handles, through what its host has given for that. */
import "./globals.ts";
import { entry, hasLegacyOperations, hasMoreHooks, mount, register, type } from "directus:registrar";
import { setOwn } from "./past-prototypes.ts";

type Handler = (...args: readonly unknown[]) => unknown;
type Register = (key: unknown, handler: unknown) => void;

/**
 * Registers an operation, or calls an endpoint or a hook with what it registers by.
 *
 * @param exported what the extension's module exports; of a bundle, the entry counts that this guest is for
 * @returns what the extension answers, which may be a promise: it is set up when that is fulfilled
 * @throws TypeError for what it cannot register, and what it throws
 */
export function setUp(exported: Readonly<Record<string, unknown>>): unknown {
  const extension = entry === undefined ? exported["default"] : entryOf(exported, entry);
  if (type === "operation") return registerOperation(extension);
  const extensionExport = type === "endpoint" ? handlerOfRoutes(extension) : (extension as Handler);
  return extensionExport(type === "endpoint" ? routerOf() : hooksOf());
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

function registerOperation(extension: unknown): void {
  const isLegacy = hasLegacyOperations && typeof extension === "function";
  const config = (isLegacy ? (extension as Handler)() : extension) as {
    readonly id: unknown;
    readonly handler: unknown;
  };
  registrar("operation", "Operation config id", "Operation config handler")(config.id, config.handler);
}

/** A function, or `{ id, handler }`, whose routes are beneath the id. */
function handlerOfRoutes(extension: unknown): Handler {
  if (typeof extension !== "object" || extension === null || !("id" in extension)) return extension as Handler;
  const { id, handler } = extension as { readonly id: unknown; readonly handler?: unknown };
  if (typeof id !== "string") throw new TypeError("Endpoint config id has to be of type string");
  if (typeof handler !== "function") throw new TypeError("Endpoint config handler has to be of type function");
  mount(id);
  return handler as Handler;
}

function routerOf(): object {
  const route = (method: string): Register => registrar(method, "Route path", "Route handler");
  return { get: route("get"), post: route("post"), put: route("put"), patch: route("patch"), delete: route("delete") };
}

function hooksOf(): object {
  const hooks = {
    filter: registrar("filter", "Filter event", "Filter handler"),
    action: registrar("action", "Action event", "Action handler"),
  };
  if (hasMoreHooks) {
    setOwn(hooks, "init", registrar("init", "Init event", "Init handler"));
    setOwn(hooks, "schedule", registrar("schedule", "Schedule times", "Schedule handler"));
  } else {
    refuse(hooks, "init");
    refuse(hooks, "schedule");
  }
  refuse(hooks, "embed");
  return hooks;
}

/** What hooks have outside a sandbox, and not in one: not for who looks at what there is. */
function refuse(hooks: object, name: string): void {
  const refused = (): never => {
    throw new TypeError(`${name} is not a function: it is not supported in the sandbox`);
  };
  setOwn(hooks, name, refused, false);
}

function registrar(kind: string, keyed: string, handled: string): Register {
  return (key, handler) => {
    if (typeof key !== "string") throw new TypeError(`${keyed} has to be of type string`);
    if (typeof handler !== "function") throw new TypeError(`${handled} has to be of type function`);
    register(kind, key, (argument, details) =>
      details === undefined ? (handler as Handler)(argument) : (handler as Handler)(argument, details),
    );
  };
}
