import type { NodeTables } from "./node-tables.ts";
import { dictionary, setOwn, withoutPrototype } from "./past-prototypes.ts";
import { withStackRoom } from "./stack-room.ts";

/** What an error of a system call carries besides its code. */
export interface FailedCall {
  /** The operation as Node names it: `open`, `stat`, … */
  readonly syscall: string;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
  /** Why a check denied, or what a driver said. */
  readonly reason?: string | undefined;
}

/** How bindings make the errors that Node's native side makes. */
export interface GuestErrors {
  /** `ENOENT: no such file or directory, open '/a'`, with `errno`, `code`, `syscall`, `path` and `dest`. */
  uvException(errno: number, call: FailedCall): Error;
  /** The name of an errno: `ENOENT`. */
  name(errno: number): string;
  /** The sentence of an errno: `no such file or directory`. */
  message(errno: number): string;
  /** An error with a code, as `THROW_ERR_*` makes it: `code` is an own property and the stack names it. */
  coded(kind: "Error" | "TypeError" | "RangeError" | "SyntaxError", code: string, message: string): Error;
}

const constructors = { __proto__: null, Error, TypeError, RangeError, SyntaxError } as const;

export function createGuestErrors(tables: NodeTables): GuestErrors {
  const names = dictionary<string>();
  const messages = dictionary<string>();
  for (let index = 0; index < tables.uvErrors.length; index++) {
    const entry = tables.uvErrors[index];
    if (entry === undefined) continue;
    names[entry.errno] = entry.name;
    messages[entry.errno] = entry.message;
  }

  const errors: GuestErrors = {
    name: (errno) => names[errno] ?? `Unknown system error ${errno}`,
    message: (errno) => messages[errno] ?? `Unknown system error ${errno}`,
    uvException(errno, given) {
      const call = withoutPrototype(given);
      const code = errors.name(errno);
      let text = `${code}: ${errors.message(errno)}, ${call.syscall}`;
      if (call.path !== undefined) text += ` '${call.path}'`;
      if (call.dest !== undefined) text += ` -> '${call.dest}'`;
      if (call.reason !== undefined && call.reason !== "") text += ` (${call.reason})`;
      const error = withStackRoom(() => new Error(text));
      setOwn(error, "errno", errno);
      setOwn(error, "code", code);
      setOwn(error, "syscall", call.syscall);
      if (call.path !== undefined) setOwn(error, "path", call.path);
      if (call.dest !== undefined) setOwn(error, "dest", call.dest);
      return error;
    },
    coded(kind, code, message) {
      const error = withStackRoom(() => new constructors[kind](message));
      setOwn(error, "code", code);
      return error;
    },
  };
  return errors;
}
