import type { GuestConfig, GuestEntry } from "@vivarium/core";
import { impliedOptions, type NodeOptionKind, nodeAliases, nodeOptions, nodeVariables } from "./node-options.table.ts";
import { mayBeInVariable, wordsOfNodeOptions } from "./node-variable-options.ts";

/** What `node` is told to run, and how. */
export interface NodeCommand {
  readonly entry: GuestEntry;
  /** As it was given; absent unless that is a file. */
  readonly script?: string;
  /** What follows. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly options: GuestConfig["options"];
}

const INTERNALS = "--expose-internals";

type Options = Record<string, boolean | number | string | readonly string[]>;

/** What Node says of a command line that it does not take. */
interface Problem {
  readonly problem: string;
}

/** Who is given arguments. */
export interface NodeArgumentsOptions {
  /** What it is called. @default "node" */
  readonly name?: string | undefined;
  /** What `NODE_OPTIONS` says. @default "" */
  readonly variable?: string | undefined;
  /** Whether `--expose-internals` is for it: where its host has opened that, for Node's own tests. @default false */
  readonly opensInternals?: boolean | undefined;
}

/**
 * Reads the arguments of `node` as Node does, after those of `NODE_OPTIONS`; answers what it would say of those that it, or a
 * guest, does not take, which it tells of under its own name.
 */
export function readNodeArguments(
  args: readonly string[],
  { name = "node", variable = "", opensInternals = false }: NodeArgumentsOptions = {},
): NodeCommand | Problem {
  const options: Options = Object.create(null);
  const wrong = takeVariable(options, variable);
  if (wrong !== undefined) return { problem: `${name}: ${wrong}` };
  let at = 0;
  let tells = false;
  for (; at < args.length; at += 1) {
    const argument = args[at] ?? "";
    if (argument === "-" || !argument.startsWith("-")) break;
    if (argument === "--") {
      at += 1;
      break;
    }
    if (argument === "-v" || argument === "--version") {
      tells = true;
      continue;
    }
    if (opensInternals && argument.replaceAll("_", "-") === INTERNALS) {
      options[INTERNALS] = true;
      continue;
    }
    const code = evalOption(argument);
    const taken =
      code === undefined ? takeOption(options, argument, args[at + 1]) : takeCode(options, code, args[at + 1]);
    if (typeof taken === "string") return { problem: `${name}: ${argument} ${taken}` };
    if (taken === undefined) return { problem: `${name}: bad option: ${argument}` };
    at += taken;
  }
  const conflict = conflictOf(options);
  if (conflict !== undefined) return { problem: `${name}: ${conflict}` };
  const execArgv = args.slice(0, at).filter((argument) => argument !== "--");
  const rest = args.slice(at);
  if (tells) Object.assign(options, { "--eval": "process.version", "--print": true, "[has_eval_string]": true });
  return { ...entryOf(options, rest), execArgv, options };
}

/** Puts the options of `NODE_OPTIONS` into the record; answers what is wrong with them. */
function takeVariable(options: Options, value: string): string | undefined {
  const words = wordsOfNodeOptions(value);
  if ("problem" in words) return words.problem;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const taken = mayBeInVariable(word) ? takeOption(options, word, words[at + 1]) : undefined;
    if (taken === undefined) return `${word} is not allowed in NODE_OPTIONS`;
    if (typeof taken === "string") return `${word} ${taken}`;
    at += taken;
  }
  return undefined;
}

/** What is run, in Node's order. */
function entryOf(options: Options, rest: readonly string[]): Pick<NodeCommand, "entry" | "script" | "argv"> {
  const interactive = options["--interactive"] === true;
  if (options["[has_eval_string]"] === true && !interactive) return { entry: "eval", argv: rest };
  // It and the watch find the path themselves.
  if (options["--check"] === true) return { entry: "check", argv: rest };
  if (options["--test"] === true) return { entry: "test", argv: rest };
  if (options["--watch"] === true || options["--watch-path"] !== undefined) return { entry: "watch", argv: rest };
  const [script, ...argv] = rest;
  if (script !== undefined && script !== "-") return { entry: "file", script, argv };
  return { entry: interactive ? "repl" : "stdin", argv: rest };
}

/** What `--unhandled-rejections` may say. */
const rejectionModes: readonly string[] = ["throw", "strict", "warn", "none", "warn-with-error-code"];

/** What Node says of options that do not go together, or not with what they say. */
function conflictOf(options: Options): string | undefined {
  const given = (name: string) => options[name] === true;
  const isEval = given("[has_eval_string]");
  if (given("--check") && isEval) return "either --check or --eval can be used, not both";
  if (given("--test") && given("--check")) return "either --test or --check can be used, not both";
  if (given("--test") && given("--interactive")) return "either --test or --interactive can be used, not both";
  if (given("--test") && isEval) return "either --test or --eval can be used, not both";
  if (given("--use-openssl-ca") && given("--use-bundled-ca"))
    return "either --use-openssl-ca or --use-bundled-ca can be used, not both";
  if (given("--tls-min-v1.3") && given("--tls-max-v1.2"))
    return "either --tls-min-v1.3 or --tls-max-v1.2 can be used, not both";
  if (given("--test-force-exit") && given("--watch"))
    return "either --watch or --test-force-exit can be used, not both";
  const rejections = options["--unhandled-rejections"];
  if (typeof rejections === "string" && !rejectionModes.includes(rejections))
    return "invalid value for --unhandled-rejections";
  return undefined;
}

/** The options that variables stand for; those of a command line count for more. */
export function readNodeVariables(env: Readonly<Record<string, string>>): Record<string, boolean | string> {
  const options: Record<string, boolean | string> = Object.create(null);
  for (const [name, option] of Object.entries(nodeVariables)) {
    const given = Object.hasOwn(env, name) ? env[name] : undefined;
    if (given === undefined || given === "") continue;
    if (nodeOptions[option] === "text") options[option] = given;
    else if (given === "1") options[option] = true;
  }
  return options;
}

interface EvalOption {
  readonly prints: boolean;
  readonly value: string | undefined;
}

function evalOption(argument: string): EvalOption | undefined {
  const [, name, value] = /^(-e|-p|-pe|--eval|--print)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name === undefined) return undefined;
  return { prints: name.includes("p"), value };
}

/** Puts code into the record; answers how many arguments beside it were its own, or what is wrong with it. */
function takeCode(options: Options, { prints, value }: EvalOption, next: string | undefined): number | string {
  const text = value ?? next;
  if (text === undefined) return "requires an argument";
  Object.assign(options, { "--eval": text, "--print": prints, "[has_eval_string]": true });
  return value === undefined ? 1 : 0;
}

/**
 * Puts an option into the record; answers how many arguments beside it were its own, what is wrong with it, or `undefined`
 * for none that is known.
 */
function takeOption(options: Options, argument: string, next: string | undefined): number | string | undefined {
  const [, given = "", inline] = /^([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const plain = given.startsWith("--") ? `--${given.slice(2).replaceAll("_", "-")}` : given;
  const name = aliasOf(plain);
  const undone = name.startsWith("--no-") ? kindOf(aliasOf(`--${name.slice("--no-".length)}`)) : undefined;
  if (undone === "flag") {
    options[aliasOf(`--${name.slice("--no-".length)}`)] = false;
    return 0;
  }
  if (undone !== undefined && undone !== "void") return "is an invalid negation because it is not a boolean option";
  const kind = kindOf(name);
  if (kind === undefined || kind === "void") return kind === undefined ? undefined : 0;
  for (const implied of impliedOptions[name] ?? []) options[implied] = true;
  if (kind === "flag") {
    options[name] = true;
    return 0;
  }
  const value = inline ?? next;
  if (value === undefined || inline === "" || (inline === undefined && value.startsWith("-") && value !== "-"))
    return "requires an argument";
  const before = options[name];
  if (kind === "list") options[name] = [...(Array.isArray(before) ? before : []), value];
  else if (kind === "text") options[name] = value;
  else if (kind === "number") options[name] = numberOf(value);
  return inline === undefined ? 1 : 0;
}

function aliasOf(name: string): string {
  return Object.hasOwn(nodeAliases, name) ? (nodeAliases[name] ?? name) : name;
}

function kindOf(name: string): NodeOptionKind | undefined {
  return Object.hasOwn(nodeOptions, name) ? nodeOptions[name] : undefined;
}

/** The digits that a value begins with, as a whole number that JavaScript holds. */
function numberOf(value: string): number {
  return Math.min(Number(/^\s*(\d+)/.exec(value)?.[1] ?? 0), Number.MAX_SAFE_INTEGER);
}
