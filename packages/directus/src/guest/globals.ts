/** The globals that an extension finds beside those of the language. */
import { environment, hasCodeFromStrings, hasConsole, say } from "directus:settings";
import { inherits } from "./past-prototypes.ts";

const { stringify } = JSON;

/** By the methods of a console. */
const LEVELS = { debug: "debug", error: "error", info: "info", log: "info", trace: "debug", warn: "warn" } as const;

const console: Record<string, (...values: readonly unknown[]) => void> = {};
for (const [method, level] of Object.entries(LEVELS))
  console[method] = (...values) => {
    if (hasConsole) say(lineOf(values), level);
  };

function lineOf(values: readonly unknown[]): string {
  let line = "";
  for (let index = 0; index < values.length; index += 1) line += `${index === 0 ? "" : " "}${shown(values[index])}`;
  return line;
}

/** Never throws: a console does not. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    if (inherits(value, Error.prototype)) return String(value);
    if (typeof value === "object" && value !== null) return stringify(value);
    return String(value);
  } catch {
    return "?";
  }
}

// Nobody makes code of a string who has neither `eval` nor one of the constructors of functions.
if (!hasCodeFromStrings) {
  const refused = (): never => {
    throw new EvalError("Code generation from strings disallowed for this context");
  };
  for (const made of [() => 1, async () => 1, function* () {}, async function* () {}]) {
    const prototype: object = Object.getPrototypeOf(made);
    const maker = (): never => refused();
    Object.defineProperty(maker, "prototype", { value: prototype });
    Object.defineProperty(prototype, "constructor", { value: maker });
  }
  Object.assign(globalThis, { eval: refused, Function: Object.getPrototypeOf(refused).constructor });
}
Object.assign(globalThis, { console, process: { env: { ...environment } } });
