/** Of whom a line of a log is. */
export interface LogContext {
  /** The extension's name. */
  readonly extension: string;
  /** What has gone wrong: an error that is made for the log, of its words alone. */
  readonly error?: unknown;
}

/** Levels of a log, from what matters least. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/**
 * Writes a line. Control characters of a stranger's text are escaped, its further lines indented, and what is beyond 8192
 * characters is cut off. Of one extension at most 1000 lines come at once, and 100 a second.
 */
export type WriteLine = (message: string, context: LogContext) => void;

/**
 * Writes what an extension says.
 *
 * @param level as it says it: `info` for one that there is not
 */
export function writeSaid(logger: ExtensionLogger, extension: string, message: string, level: unknown): void {
  const line = logger[logLevels.find((known) => known === level) ?? "info"] ?? logger.info;
  line.call(logger, message, { extension });
}

/** Where the host writes: `console` is one. A level that is not there is written as `info`. */
export interface ExtensionLogger {
  readonly debug?: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error?: WriteLine;
}
