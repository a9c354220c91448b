/** The program of a sandbox's guest: runs code that is given to it, one text after the other, with a context for each. */
import { makeContext } from "plugin:context";

type Granted = Parameters<typeof makeContext>[0];
type Run = (context: object, code?: string) => unknown;

const AsyncFunction = (async () => undefined).constructor as new (...texts: readonly string[]) => Run;
/** What a script comes to is what its last statement does: only `eval` tells. */
const runScript = new Function("context", "return eval(arguments[1])") as Run;
/** As it is before code has its hands on the realm. */
const RealSyntaxError = SyntaxError;
const NOTHING = Object.freeze({});

/**
 * Runs a text, with its context as `context`, as the first of these that it can be: a script; an expression with `await`;
 * the body of an async function, for what has `return` or `await` of its own. Nothing of it runs before that is decided.
 *
 * @returns what the script's last statement, or the expression, comes to, or what the body returns; awaited
 */
export async function execute(code: string, granted: Granted, run: number): Promise<unknown> {
  const program = parsed(code);
  return program(deepFreeze(makeContext(granted, run)), code);
}

/** @throws SyntaxError of the text as what it is most like */
function parsed(code: string): Run {
  const problem = problemOfScript(code);
  if (problem === undefined && !mayName(code, "await")) return runScript;
  let body: Run;
  try {
    body = new AsyncFunction("context", code);
  } catch (error) {
    if (problem === undefined) return runScript;
    throw isOfScripts(problem) ? problem : error;
  }
  return expression(code) ?? body;
}

/**
 * Whether a script may mean a name by a word that is another thing elsewhere: to a script, `await (answer)` is a call. In a
 * static block of a class it is no name.
 */
function mayName(code: string, word: string): boolean {
  return code.includes(word) && problemOfScript(`class Block { static {${code}\n} }`) !== undefined;
}

/** It throws before its first statement: what is no SyntaxError says that it has been parsed. */
function problemOfScript(code: string): unknown {
  try {
    return runScript(NOTHING, `throw context;${code}`);
  } catch (thrown) {
    return thrown instanceof RealSyntaxError ? thrown : undefined;
  }
}

/** Whether it would be there too if scripts could wait and return. */
function isOfScripts(problem: unknown): boolean {
  return !/\b(?:await|return)\b/.test(String((problem as { readonly message?: unknown }).message));
}

/** Of what is a function's body already: what ends the brackets early is none. */
function expression(code: string): Run | undefined {
  try {
    return new AsyncFunction("context", `return (${code.replace(/[;\s]+$/, "")}\n)`);
  } catch {
    return undefined;
  }
}

function deepFreeze(context: ReturnType<typeof makeContext>): object {
  for (const service of Object.values(context)) Object.freeze(service);
  return Object.freeze(context);
}

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;
