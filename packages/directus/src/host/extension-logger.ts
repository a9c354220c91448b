import { printable } from "./printable.ts";

/** Of whom a line of a log is. */
export interface LogContext {
  /** The extension's name. */
  readonly extension: string;
  /** What has gone wrong. */
  readonly error?: unknown;
}

/** Levels of a log, from what matters least. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** Writes a line; control characters of a stranger's text are escaped. */
export type WriteLine = (message: string, context: LogContext) => void;

/**
 * Writes what an extension says.
 *
 * @param level as it says it: `info` for one that there is not
 */
export function writeSaid(logger: ExtensionLogger, extension: string, message: string, level: unknown): void {
  const line = logger[logLevels.find((known) => known === level) ?? "info"] ?? logger.info;
  line.call(logger, printable(message), { extension });
}

/** Where the host writes: `console` is one. A level that is not there is written as `info`. */
export interface ExtensionLogger {
  readonly debug?: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error?: WriteLine;
}
