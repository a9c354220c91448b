import type { ExtensionLogger, WriteLine } from "./extension-logger.ts";

/** Lines that may come at once. */
const AT_ONCE = 1000;
/** Lines a second that may come for as long as they like. */
const A_SECOND = 100;

/**
 * A host's logger for one extension: what goes beyond so many lines is left out, and that this is so is told once, until
 * it has been quiet for a while.
 *
 * @param now milliseconds, from whenever
 */
export function rationedLogger(logger: ExtensionLogger, now: () => number = () => performance.now()): ExtensionLogger {
  let left = AT_ONCE;
  let at = now();
  let isTold = false;
  const rationed = (level: keyof ExtensionLogger): WriteLine => {
    return (message, context) => {
      const time = now();
      left = Math.min(AT_ONCE, left + ((time - at) / 1000) * A_SECOND);
      at = time;
      if (left >= 1) {
        left -= 1;
        isTold &&= left < AT_ONCE / 2;
        (logger[level] ?? logger.info).call(logger, message, context);
      } else if (!isTold) {
        isTold = true;
        logger.warn(`Extension "${context.extension}" logs too much: lines are left out`, context);
      }
    };
  };
  return { debug: rationed("debug"), info: rationed("info"), warn: rationed("warn"), error: rationed("error") };
}
