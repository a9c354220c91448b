/** The program of a sandbox's guest: runs code that is given to it, one text after the other, with a context for each. */
import { makeContext } from "plugin:context";

type Granted = Parameters<typeof makeContext>[0];
type Run = (context: object, code: string) => unknown;

const AsyncFunction = (async () => undefined).constructor as new (...texts: readonly string[]) => Run;
/** What a script comes to is what its last statement does: only `eval` tells. */
const runScript = new Function("context", "return eval(arguments[1])") as Run;
/** Thrown before the first statement of what is only to be parsed. */
const PARSED = Object.freeze({});

/**
 * Runs a text as a script, or, if it has `return` or `await` of its own, as the body of an async function; its context is
 * `context` there.
 *
 * @returns what the script's last statement comes to, or what the body returns; awaited
 */
export async function execute(code: string, granted: Granted, run: number): Promise<unknown> {
  const context = deepFreeze(makeContext(granted, run));
  return isScript(code) ? runScript(context, code) : new AsyncFunction("context", code)(context, code);
}

function isScript(code: string): boolean {
  try {
    runScript(PARSED, `throw context;${code}`);
  } catch (thrown) {
    return thrown === PARSED;
  }
  return true;
}

function deepFreeze(context: ReturnType<typeof makeContext>): object {
  for (const service of Object.values(context)) Object.freeze(service);
  return Object.freeze(context);
}

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;
