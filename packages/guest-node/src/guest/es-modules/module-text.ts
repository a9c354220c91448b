import { RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeSlice } from "../primordial.ts";
import type { GuestCalls } from "../system-calls.ts";
import { coded } from "./module-errors.ts";

/** The codes and the place that come with what the stripper says. */
const REASON = /^([A-Z_]+) (\d+) (\d+) /;

/** The JavaScript of a module, as the name of its file says what it is written in. @throws what whoever asked for it gets */
export function readModuleText(calls: GuestCalls, text: string, file: string): string {
  if (StringPrototypeEndsWith(file, ".cjs") || StringPrototypeEndsWith(file, ".cts")) {
    const message = `${file} is CommonJS by its name, which only a guest of Node's runs: here programs are ES modules`;
    throw coded(() => new TypeError(message), "ERR_UNKNOWN_FILE_EXTENSION");
  }
  if (!StringPrototypeEndsWith(file, ".ts") && !StringPrototypeEndsWith(file, ".mts")) return text;
  const stripped = calls.sync("typescript.strip", text, "strip", file);
  if (typeof stripped === "string") return stripped;
  throw syntaxError(calls.reason() ?? "", file);
}

function syntaxError(reason: string, file: string): Error {
  const head = RegExpPrototypeExec(REASON, reason);
  const start = head?.[0]?.length ?? 0;
  const end = head === null ? reason.length : start + Number(head[3]);
  const problem = StringPrototypeSlice(reason, start, end) || "Invalid TypeScript syntax";
  const place = head === null ? file : `${file}:${head[2]}`;
  return coded(() => new SyntaxError(`${problem} (${place})`), head?.[1] ?? "ERR_INVALID_TYPESCRIPT_SYNTAX");
}
