import { types } from "node:util";
import type { HostErrorData } from "@vivarium/core";

/** Longest message, name and code of an error that a guest is told, in characters. */
const MESSAGE_MAX = 16_384;
const NAME_MAX = 256;

/** What a guest is told of what a host function has thrown: its name, code and message, and never its stack. */
export function hostErrorOf(thrown: unknown): HostErrorData | undefined {
  if (typeof thrown === "string") return { name: "Error", message: thrown.slice(0, MESSAGE_MAX), code: undefined };
  if (typeof thrown !== "object" || thrown === null || types.isProxy(thrown)) return undefined;
  try {
    const message: unknown = Reflect.get(thrown, "message");
    if (typeof message !== "string") return undefined;
    return { name: nameOf(thrown), message: message.slice(0, MESSAGE_MAX), code: codeOf(thrown) };
  } catch {
    // A getter of it has thrown: it is no error that anybody could tell of.
    return undefined;
  }
}

function nameOf(error: object): string {
  const name: unknown = Reflect.get(error, "name");
  return typeof name === "string" && name !== "" ? name.slice(0, NAME_MAX) : "Error";
}

function codeOf(error: object): string | number | undefined {
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code.slice(0, NAME_MAX);
  return typeof code === "number" ? code : undefined;
}
