import { Console } from "node:console";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionLogger, LogContext, WriteLine } from "./extension-logger.ts";
import { printable } from "./printable.ts";

/** A host's logger that is given nothing as a stranger has written it. */
export function carefulLogger(logger: ExtensionLogger): ExtensionLogger {
  const at = (level: keyof ExtensionLogger): WriteLine => {
    return (message, context) => {
      const write = logger[level] ?? logger.info;
      const text = printable(message);
      // A console takes its first argument for a format, which may hide the others.
      if (logger instanceof Console) Reflect.apply(write, logger, ["%s", text, told(context)]);
      else write.call(logger, text, told(context));
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function told(context: LogContext): LogContext {
  const extension = printable(context.extension);
  return "error" in context ? { extension, error: toldError(context.error) } : { extension };
}

/** Causes of causes that are told of. */
const MOST_CAUSES = 4;

/** What an error says in words; of what else a stranger has thrown no more than what it is. */
function toldError(error: unknown, causes = MOST_CAUSES): unknown {
  if (typeof error === "string") return printable(error);
  if (typeof error !== "object" || error === null) return error;
  if (!(error instanceof Error)) return "an object that is no error";
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  const copy = error instanceof ExtensionError ? sameError(error) : new Error(printable(String(error.message)));
  const stack = printable(typeof error.stack === "string" ? error.stack : "");
  Object.defineProperties(copy, {
    name: { value: printable(String(error.name)), configurable: true, writable: true },
    stack: { value: stack, configurable: true, writable: true },
  });
  return Object.assign(
    copy,
    isWord(code) && { code: wordOf(code) },
    isWord(status) && { status: wordOf(status) },
    error.cause !== undefined && causes > 0 && { cause: toldError(error.cause, causes - 1) },
  );
}

function sameError({ code, message, extension, field }: ExtensionError): Error {
  const words = {
    ...(extension !== undefined && { extension: printable(extension) }),
    ...(field !== undefined && { field: printable(field) }),
  };
  return Object.assign(new ExtensionError(code, printable(message)), words);
}

function isWord(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function wordOf(value: string | number): string | number {
  return typeof value === "string" ? printable(value) : value;
}
