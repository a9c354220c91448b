import { Console } from "node:console";
import * as z from "zod";
import { copyJson, type Json } from "../manifest/json-copy.ts";
import { printable } from "../text/printable.ts";
import { LineRation } from "./line-ration.ts";
import type { ILogger } from "./logger.ts";
import type { ServicePlugin } from "./service.ts";
import { type ServiceMethod, serviceMethod } from "./service-method.ts";

type Level = keyof ILogger;

/** The methods of `logger`, as plugins see them. */
export type LoggerMethods = Readonly<Record<Level, ServiceMethod>>;

/** Of what is told beside a message, as JSON. */
const MOST_DATA = 16 * 1024;

/**
 * The host's log, which may be a console: `debug(message, data?)`, `info`, `warn` and `error`. A line comes with the context `{ plugin, source: "plugin", data? }`. What
 * would command a terminal is escaped in messages and data, messages are cut beyond 8192 characters, and data is JSON of at
 * most 16 KiB. Of one plugin 1000 lines come at once and 100 a second; how many were left out is told in a line.
 */
export function loggerService(logger: ILogger, now?: () => number): (plugin: ServicePlugin) => LoggerMethods {
  const rations = new Map<string, LineRation>();
  return ({ id }) => {
    // Beyond its end: who starts again has had its lines.
    const ration = rations.get(id) ?? new LineRation(now);
    rations.set(id, ration);
    const method = (level: Level): ServiceMethod => {
      return serviceMethod({
        parameters: [z.string("a message: text"), z.unknown()],
        run(_call, message, data) {
          ration.spend(
            () =>
              write(logger, level, printable(message), {
                plugin: id,
                source: "plugin",
                ...(data !== undefined && { data: toldData(data) }),
              }),
            (message) => write(logger, "warn", `Plugin "${id}" ${message}`, { plugin: id, source: "host" }),
          );
        },
      });
    };
    return { debug: method("debug"), info: method("info"), warn: method("warn"), error: method("error") };
  };
}

function write(logger: ILogger, level: Level, message: string, context: Record<string, unknown>): void {
  // A console takes its first argument for a format, which may hide the others.
  if (logger instanceof Console) Reflect.apply(logger[level], logger, ["%s", message, context]);
  else logger[level](message, context);
}

function toldData(data: unknown): unknown {
  const { copy, issues } = copyJson(data, { most: MOST_DATA });
  const [issue] = issues;
  return issue === undefined && copy !== undefined ? printableData(copy) : `left out: not ${issue?.message ?? "JSON"}`;
}

function printableData(data: Json): Json {
  if (typeof data === "string") return printable(data);
  if (Array.isArray(data)) return data.map(printableData);
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [printable(name), printableData(value)]));
}
