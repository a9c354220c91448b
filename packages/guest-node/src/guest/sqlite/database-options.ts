import type { ArgumentChecks } from "./argument-checks.ts";
import { type Limits, readLimits } from "./limits.ts";
import type { StatementOptions } from "./statement-sync.ts";

/** What a database is opened with. */
export interface DatabaseOptions {
  readonly open: boolean;
  readonly readOnly: boolean;
  readonly enableForeignKeyConstraints: boolean;
  readonly enableDoubleQuotedStringLiterals: boolean;
  readonly allowExtension: boolean;
  readonly defensive: boolean;
  readonly timeoutMs: number;
  readonly limits: Limits;
  readonly statements: StatementOptions;
}

export function databaseOptions(checks: ArgumentChecks, options: Readonly<Record<string, unknown>>): DatabaseOptions {
  return {
    open: checks.flag(options, "open", true),
    readOnly: checks.flag(options, "readOnly", false),
    enableForeignKeyConstraints: checks.flag(options, "enableForeignKeyConstraints", true),
    enableDoubleQuotedStringLiterals: checks.flag(options, "enableDoubleQuotedStringLiterals", false),
    allowExtension: checks.flag(options, "allowExtension", false),
    timeoutMs: checks.integer(options, "timeout", 0),
    statements: statementOptions(checks, options, {
      readBigInts: false,
      returnArrays: false,
      allowBareNamedParameters: true,
      allowUnknownNamedParameters: false,
    }),
    defensive: checks.flag(options, "defensive", true),
    limits: readLimits(checks, options["limits"]),
  };
}

export function statementOptions(
  checks: ArgumentChecks,
  options: Readonly<Record<string, unknown>>,
  otherwise: StatementOptions,
): StatementOptions {
  return {
    readBigInts: checks.flag(options, "readBigInts", otherwise.readBigInts),
    returnArrays: checks.flag(options, "returnArrays", otherwise.returnArrays),
    allowBareNamedParameters: checks.flag(options, "allowBareNamedParameters", otherwise.allowBareNamedParameters),
    allowUnknownNamedParameters: checks.flag(
      options,
      "allowUnknownNamedParameters",
      otherwise.allowUnknownNamedParameters,
    ),
  };
}
