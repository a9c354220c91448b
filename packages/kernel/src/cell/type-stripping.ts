import { stripTypeScriptTypes } from "node:module";
import { CallFailure } from "../system-calls/call-failure.ts";

/** The longest message of the parser that a guest is told. */
const MESSAGE_MAX = 2_000;

/**
 * JavaScript for TypeScript, by the parser that Node carries. Node warns in the name of whoever calls it that the
 * function is experimental; the embedder has not called it, so that warning is withheld.
 */
export function stripTypes(source: string, mode: string): string {
  if (mode !== "strip" && mode !== "transform") throw new CallFailure("EINVAL");
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source, { mode });
  } catch (error) {
    throw new CallFailure("EINVAL", messageOf(error));
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** `CODE: message`. The parser's own words are about the guest's source, which the guest may hear about. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "the source cannot be parsed";
  const code = "code" in error && typeof error.code === "string" ? `${error.code}: ` : "";
  return `${code}${error.message.slice(0, MESSAGE_MAX)}`;
}
