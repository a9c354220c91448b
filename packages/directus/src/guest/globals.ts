/** The globals that an extension finds beside those of the language. */
import { environment } from "directus:settings";

const silent = (): void => undefined;
const METHODS = ["debug", "error", "info", "log", "trace", "warn"] as const;

/** There is nobody to read it: `log` of `directus:api` is. */
const console: Record<string, () => void> = {};
for (const method of METHODS) console[method] = silent;

Object.assign(globalThis, { console, process: { env: { ...environment } } });
