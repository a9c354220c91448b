import type { ChildProcessAccessRequest } from "./permissions.ts";
import { interpreterNames, manyInOne, noFiles, shellNames, startingOptions } from "./shell-commands.table.ts";

/** What a command says of itself when it is asked for nothing else. */
const HARMLESS: readonly string[] = ["--version", "-V", "-v", "--help", "-h"];

/**
 * Whether a command is, by one of the names that it goes by, a shell or something that starts what its arguments say. A
 * version behind a name (`python3.12`) does not count. What is a shell by none of these names is not recognised.
 */
export function isShellCommand(
  request: Pick<ChildProcessAccessRequest, "command" | "resolved" | "argv0" | "args"> &
    Partial<Pick<ChildProcessAccessRequest, "cwd" | "directory">>,
): boolean {
  const { command, resolved, argv0, args } = request;
  const called = argv0 ?? command;
  if (manyInOne.includes(nameOf(called))) return true;
  const directory = request.directory ?? request.cwd;
  return [called, command, resolved].some((path) => path !== undefined && isShell(path, args, directory));
}

/** A login shell is called by its name behind a hyphen. */
function nameOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/^-/, "")
    .replace(/\.exe$/i, "");
}

function isShell(path: string, args: readonly string[], directory: string | undefined): boolean {
  const name = nameOf(path);
  const plain = name.replace(/[-.\d]+$/, "");
  const goesBy = (known: readonly string[]): boolean => known.includes(name) || known.includes(plain);
  if (goesBy(shellNames)) return true;
  if (goesBy(interpreterNames)) return runsOther(args, directory);
  const options = Object.hasOwn(startingOptions, plain) ? startingOptions[plain] : undefined;
  return options !== undefined && args.some((argument) => options.some((option) => isOption(argument, option)));
}

const LETTER_LENGTH = 2;

function isOption(argument: string, option: string): boolean {
  if (option.startsWith("--")) {
    const [name = ""] = argument.split("=");
    return name.length > "--".length && name.startsWith("--") && option.startsWith(name);
  }
  if (option.length > LETTER_LENGTH) return argument.startsWith(option);
  return /^-[^-]/.test(argument) && argument.includes(option.slice(1));
}

/** Whether an interpreter runs something else than the file that is its first argument. */
function runsOther(args: readonly string[], directory: string | undefined): boolean {
  const [first] = args;
  if (first === undefined || noFiles.includes(first) || first.includes("://") || isMadeUp(first, directory))
    return true;
  return first.startsWith("-") && !(args.length === 1 && HARMLESS.includes(first));
}

/** Whether a path may lead to what the system makes up as files: standard input, say, under another name (`/dev/stdin`). */
function isMadeUp(path: string, directory: string | undefined): boolean {
  const isAtRoot = path.startsWith("/") || directory === undefined || directory === "/";
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return names.some((name, index) => {
    if (name !== "dev" && name !== "proc") return false;
    return index === 0 ? isAtRoot : names[index - 1] === "..";
  });
}
