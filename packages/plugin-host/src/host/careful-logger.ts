import { carefulLog } from "../services/careful-log.ts";
import type { ILogger } from "../services/logger.ts";

/** A logger that fails has no part in what it is told of. */
export function carefulLogger(logger: ILogger | undefined): ILogger {
  const log = carefulLog(logger);
  const at = (level: keyof ILogger): ILogger["info"] => {
    return (message, context) => log(level, message, context);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
