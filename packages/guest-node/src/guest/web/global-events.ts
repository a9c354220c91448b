import { UNHANDLED_REJECTIONS } from "@vivarium/core";
import { warnOfRejection } from "../bare/report-thrown.ts";
import type { Guest } from "../guest.ts";
import { ObjectDefineProperty, withoutPrototype } from "../past-prototypes.ts";
import { globalObject, ObjectSetPrototypeOf, ReflectApply } from "../primordial.ts";
import { errorEventInit } from "./error-event-init.ts";
import { defineEventClasses, type EventClasses } from "./event-classes.ts";

type Handler = (...args: unknown[]) => unknown;
type Define = (name: string, value: unknown) => void;

/** An event of one of {@link EventClasses}, as a listener gets it. */
interface Told {
  readonly message?: unknown;
  readonly filename?: unknown;
  readonly lineno?: unknown;
  readonly colno?: unknown;
  readonly error?: unknown;
  preventDefault(): void;
}

interface EventTargetModule extends Record<string, unknown> {
  readonly Event: Parameters<typeof defineEventClasses>[0];
  readonly EventTarget: { readonly prototype: Readonly<Record<(typeof OPERATIONS)[number], Handler>> };
  readonly initEventTarget: (target: object) => void;
}

/**
 * Makes the global object an event target, which hears of errors and rejections that nothing has caught before they end the
 * program: whoever calls `preventDefault()` has handled them.
 */
export function serveGlobalEvents(guest: Guest, define: Define): void {
  const { Event, EventTarget, initEventTarget } = guest.library.require("internal/event_target") as EventTargetModule;
  const classes = defineEventClasses(Event);
  define("ErrorEvent", classes.ErrorEvent);
  define("PromiseRejectionEvent", classes.PromiseRejectionEvent);
  const { prototype } = EventTarget;
  const { dispatchEvent, addEventListener } = prototype;
  ObjectSetPrototypeOf(globalObject, prototype as object);
  defineGlobalOperations(guest, prototype, define);
  initEventTarget(globalObject);
  const isHandled = (make: () => object): boolean => {
    let handled = false;
    // Where there is no room left on the stack, there is none for an event either.
    const thrown = guest.native.errors.callCatching(() => {
      handled = ReflectApply(dispatchEvent, globalObject, [make()]) === false;
    });
    return thrown === undefined && handled;
  };
  hearErrors(guest, classes, isHandled, define);
  hearRejections(guest, classes, isHandled);
  const listen = (type: string, listener: (event: Told) => void): void => {
    ReflectApply(addEventListener, globalObject, [type, listener]);
  };
  defineHandler("error", listen, (handler, event) => {
    const { message, filename, lineno, colno, error } = event;
    if (ReflectApply(handler, globalObject, [message, filename, lineno, colno, error]) === true) event.preventDefault();
  });
  const tellRejection = (handler: Handler, event: Told): void => {
    if (ReflectApply(handler, globalObject, [event]) === false) event.preventDefault();
  };
  defineHandler("unhandledrejection", listen, tellRejection);
  defineHandler("rejectionhandled", listen, tellRejection);
}

/** Called without a receiver, an operation of the global object's is meant. */
const OPERATIONS = ["addEventListener", "removeEventListener", "dispatchEvent"] as const;

function defineGlobalOperations(
  { native: { util } }: Guest,
  prototype: EventTargetModule["EventTarget"]["prototype"],
  define: Define,
): void {
  for (let index = 0; index < OPERATIONS.length; index++) {
    const name = OPERATIONS[index] as (typeof OPERATIONS)[number];
    const operation = prototype[name];
    const answer = (self: unknown, ...args: unknown[]): unknown => ReflectApply(operation, self ?? globalObject, args);
    define(name, util.replace(operation, answer));
  }
}

type IsHandled = (make: () => object) => boolean;

function hearErrors(guest: Guest, { ErrorEvent }: EventClasses, isHandled: IsHandled, define: Define): void {
  const { onUncaught } = guest.loop;
  guest.loop.onUncaught = (error, arrow) => {
    if (!isHandled(() => new ErrorEvent("error", errorEventInit(guest, error)))) onUncaught(error, arrow);
  };
  const reportError = {
    reportError(error: unknown) {
      guest.loop.onUncaught(error);
    },
  };
  define("reportError", reportError.reportError);
}

function hearRejections(guest: Guest, { PromiseRejectionEvent }: EventClasses, isHandled: IsHandled): void {
  const on = guest.process["on"] as Handler;
  const { triggerUncaughtException } = guest.library.internalBinding("errors") as Record<string, Handler>;
  const hear = (name: string, listener: Handler): void => {
    ReflectApply(on, guest.process, [name, listener]);
  };
  hear("unhandledRejection", (reason, promise) => {
    const make = (): object =>
      new PromiseRejectionEvent("unhandledrejection", withoutPrototype({ cancelable: true, promise, reason }));
    if (isHandled(make)) return;
    if (guest.config.options[UNHANDLED_REJECTIONS] === "warn") warnOfRejection(guest, reason);
    else triggerUncaughtException?.(reason, true);
  });
  hear("rejectionHandled", (promise) => {
    const reason = guest.native.util.getPromiseDetails(promise)?.[1];
    isHandled(() => new PromiseRejectionEvent("rejectionhandled", withoutPrototype({ promise, reason })));
  });
}

/** An event handler of the global object: `null`, or the function that is told. */
function defineHandler(
  type: string,
  listen: (type: string, listener: (event: Told) => void) => void,
  tell: (handler: Handler, event: Told) => void,
): void {
  let handler: Handler | null = null;
  let listens = false;
  ObjectDefineProperty(globalObject, `on${type}`, {
    get: () => handler,
    set(value: unknown) {
      handler = typeof value === "function" ? (value as Handler) : null;
      if (listens || handler === null) return;
      listens = true;
      listen(type, (event) => {
        if (handler !== null) tell(handler, event);
      });
    },
    enumerable: true,
    configurable: true,
  });
}
