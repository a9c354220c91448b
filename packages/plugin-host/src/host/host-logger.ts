/** Where a host tells of plugins. */
export interface HostLogger {
  debug(message: string, context?: Record<string, unknown>): void;
  info(message: string, context?: Record<string, unknown>): void;
  warn(message: string, context?: Record<string, unknown>): void;
  error(message: string, context?: Record<string, unknown>): void;
}

/** A logger that fails has no part in what it is told of. */
export function carefulLogger(logger: HostLogger | undefined): HostLogger {
  const tell = (level: keyof HostLogger): HostLogger["info"] => {
    return (message, context) => {
      try {
        logger?.[level](message, context);
      } catch {
        // There is nobody to tell.
      }
    };
  };
  return { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") };
}
