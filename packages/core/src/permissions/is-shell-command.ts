import type { ChildProcessAccessRequest } from "./permissions.ts";
import { interpreterNames, manyInOne, shellNames, startingOptions } from "./shell-commands.table.ts";

/** What a command says of itself when it is asked for nothing else. */
const HARMLESS: readonly string[] = ["--version", "-V", "-v", "--help", "-h"];

/**
 * Whether a command is, by one of the names that it goes by, a shell or something that starts what its arguments say. A
 * version behind a name (`python3.12`) does not count. What is a shell by none of these names is not recognised.
 */
export function isShellCommand(
  request: Pick<ChildProcessAccessRequest, "command" | "resolved" | "argv0" | "args">,
): boolean {
  const { command, resolved, argv0, args } = request;
  const called = argv0 ?? command;
  if (manyInOne.includes(nameOf(called))) return true;
  return [called, command, resolved].some((path) => path !== undefined && isShell(path, args));
}

/** A login shell is called by its name behind a hyphen. */
function nameOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/^-/, "")
    .replace(/\.exe$/i, "");
}

function isShell(path: string, args: readonly string[]): boolean {
  const name = nameOf(path);
  const plain = name.replace(/[-.\d]+$/, "");
  const goesBy = (known: readonly string[]): boolean => known.includes(name) || known.includes(plain);
  if (goesBy(shellNames)) return true;
  if (goesBy(interpreterNames)) return runsOther(args);
  const options = Object.hasOwn(startingOptions, name) ? startingOptions[name] : undefined;
  return options !== undefined && args.some((argument) => options.includes(argument));
}

/** Whether an interpreter runs something else than the file that is its first argument. */
function runsOther(args: readonly string[]): boolean {
  const [first] = args;
  if (first === undefined) return true;
  return first.startsWith("-") && !(args.length === 1 && HARMLESS.includes(first));
}
