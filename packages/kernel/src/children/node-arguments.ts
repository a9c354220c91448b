import type { GuestConfig, GuestEntry } from "@vivarium/core";
import { nodeAliases, nodeOptions, nodeVariables } from "./node-options.table.ts";

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

/** Reads the arguments of `node` as Node does; answers what it would say of those that it, or a guest, does not take. */
export function readNodeArguments(args: readonly string[]): NodeCommand | { readonly problem: string } {
  const options: Record<string, boolean | string | readonly string[]> = Object.create(null);
  let at = 0;
  let isEval = false;
  for (; at < args.length; at += 1) {
    const argument = args[at] ?? "";
    if (argument === "-" || !argument.startsWith("-")) break;
    if (argument === "--") {
      at += 1;
      break;
    }
    const code = evalOption(argument);
    if (code !== undefined) {
      const text = code.value ?? args[++at];
      if (text === undefined) return { problem: `node: ${argument} requires an argument` };
      Object.assign(options, { "--eval": text, "--print": code.prints, "[has_eval_string]": true });
      isEval = true;
      continue;
    }
    const taken = takeOption(options, argument, args[at + 1]);
    if (taken === undefined) return { problem: `node: bad option: ${argument}` };
    at += taken;
  }
  const execArgv = args.slice(0, at).filter((argument) => argument !== "--");
  const rest = args.slice(at);
  if (isEval) return { entry: "eval", argv: rest, execArgv, options };
  const [script, ...argv] = rest;
  if (script === undefined || script === "-") return { entry: "stdin", argv: rest, execArgv, options };
  return { entry: "file", script, argv, execArgv, options };
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

/** Puts an option into the record; answers how many arguments beside it were its own, `undefined` for none that is known. */
function takeOption(
  options: Record<string, boolean | string | readonly string[]>,
  argument: string,
  next: string | undefined,
): number | undefined {
  const [, given = "", inline] = /^([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const name = nodeAliases[given] ?? given;
  const undone = name.startsWith("--no-") ? `--${name.slice("--no-".length)}` : undefined;
  if (undone !== undefined && Object.hasOwn(nodeOptions, undone) && nodeOptions[undone] === "flag") {
    options[undone] = false;
    return 0;
  }
  const kind = Object.hasOwn(nodeOptions, name) ? nodeOptions[name] : undefined;
  if (kind === undefined) return undefined;
  if (kind === "flag") {
    options[name] = true;
    return 0;
  }
  const value = inline ?? next;
  if (value === undefined) return undefined;
  const before = options[name];
  if (kind === "list") options[name] = [...(Array.isArray(before) ? before : []), value];
  else if (kind === "text") options[name] = value;
  return inline === undefined ? 1 : 0;
}
