import type { ILogger } from "./logger.ts";

/** A level of an {@link ILogger}. */
export type LogLevel = keyof ILogger;

/** Says something in the host's log. */
export type Log = (level: LogLevel, message: string, context?: Record<string, unknown>) => void;

/** A log whose failures are nobody's: what is logged goes on. */
export function carefulLog(logger: ILogger | undefined): Log {
  return (level, message, context) => {
    try {
      logger?.[level]?.(message, context);
    } catch {
      // There is nowhere left to say so.
    }
  };
}
