// Run with `--expose-internals` by the Node whose library guests will see.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { BindingTable, NodeOptionsInfo, NodeTables } from "../src/guest/node-tables.ts";
import { bindingNames } from "./binding-names.table.ts";

type Values = Record<string, unknown>;

const require = createRequire(import.meta.url);
const emitWarning = process.emitWarning;
process.emitWarning = () => {};
const { internalBinding } = require("internal/test/binding") as { internalBinding(name: string): Values };

const [, , output] = process.argv;
if (output === undefined) throw new Error("usage: write-node-tables.ts <output.json>");

/** A copy of a value made of data alone; undefined for anything else. */
function plain(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return value;
  if (typeof value !== "object" || depth > 4 || ArrayBuffer.isView(value) || value instanceof Map) return undefined;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  const copy: Values = {};
  for (const [key, item] of Object.getOwnPropertyNames(value).map((key) => [key, (value as Values)[key]] as const)) {
    const copied = plain(item, depth + 1);
    if (copied !== undefined) copy[key] = copied;
  }
  return copy;
}

function bindingTable(name: string): BindingTable {
  const binding = internalBinding(name);
  const values: Values = {};
  const functions: string[] = [];
  for (const [key, value] of Object.entries(binding)) {
    if (typeof value === "function") functions.push(key);
    else if (name !== "builtins") {
      const copied = plain(value);
      if (copied !== undefined) values[key] = copied;
    }
  }
  return { values, functions };
}

const {
  builtinIds,
  config: processConfig,
  natives,
} = internalBinding("builtins") as {
  builtinIds: string[];
  config: string;
  natives: Record<string, string>;
};
const uvErrorMap = (internalBinding("uv") as { getErrorMap(): Map<number, [string, string]> }).getErrorMap();

interface OptionInfo {
  readonly envVarSettings: number;
  readonly type: number;
  readonly defaultIsTrue: boolean;
}

/** Of all options what a program can ask for; their help is longer than the rest. */
function optionsInfo(): string {
  const { options, aliases } = (
    internalBinding("options") as {
      getCLIOptionsInfo(): {
        readonly options: ReadonlyMap<string, OptionInfo>;
        readonly aliases: ReadonlyMap<string, string[]>;
      };
    }
  ).getCLIOptionsInfo();
  return JSON.stringify({
    options: [...options].map(([name, { envVarSettings, type, defaultIsTrue }]) => [
      name,
      envVarSettings,
      type,
      defaultIsTrue,
    ]),
    aliases: [...aliases],
  } satisfies NodeOptionsInfo);
}

const bindings: Record<string, BindingTable> = {};
for (const name of bindingNames) {
  try {
    bindings[name] = bindingTable(name);
  } catch {
    bindings[name] = { values: {}, functions: [] };
  }
}

const tables: NodeTables = {
  version: process.version,
  versions: { ...process.versions } as Record<string, string>,
  release: { ...process.release },
  builtinIds: builtinIds.filter((id) => typeof natives[id] === "string"),
  processConfig,
  options: {
    ...(plain((internalBinding("options") as { getCLIOptionsValues(): unknown }).getCLIOptionsValues()) as Values),
    // The one that this script itself is run with.
    "--expose-internals": false,
  },
  optionsInfo: optionsInfo(),
  config: { ...(plain(internalBinding("config")) as Values) },
  constants: plain(internalBinding("constants")) as Values,
  providers: plain((internalBinding("async_wrap") as { Providers: unknown }).Providers) as Record<string, number>,
  utilConstants: plain((internalBinding("util") as { constants: unknown }).constants) as Record<string, number>,
  exitCodes: plain((internalBinding("errors") as { exitCodes: unknown }).exitCodes) as Record<string, number>,
  privateSymbols: Object.keys((internalBinding("util") as { privateSymbols: object }).privateSymbols),
  symbols: Object.keys(internalBinding("symbols")),
  uvErrors: [...uvErrorMap].map(([errno, [name, message]]) => ({ errno, name, message })),
  bindings,
};

mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, JSON.stringify(tables));
process.emitWarning = emitWarning;
