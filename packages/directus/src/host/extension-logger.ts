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

/** Where the host writes: `console` is one. A level that is not there is written as `info`. */
export interface ExtensionLogger {
  readonly debug?: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error?: WriteLine;
}
