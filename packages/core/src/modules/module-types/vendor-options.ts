import { DATA_TYPE, dataTypes } from "./data-types.table.ts";
import { isJsonObject } from "./json-document.ts";

/**
 * What has to be told to a library of schemas for it to say what it can of a type that JSON does not know: without it, one
 * `Date` deep in an object makes the whole unknown. Each is a documented option of that library's converter.
 */
export const vendorOptions: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ["zod", { unrepresentable: ({ zodSchema }: { zodSchema?: unknown }) => describeZod(zodSchema) ?? "any" }],
  ["valibot", { errorMode: "ignore", overrideSchema: describeValibot }],
  [
    "arktype",
    { fallback: { date: describeArktype, proto: describeArktype, domain: describeArktype, unit: describeArktype } },
  ],
]);

function describeZod(schema: unknown): object | undefined {
  const definition = read(read(schema, "_zod"), "def");
  return describe(read(definition, "type")) ?? describe(read(read(read(read(schema, "_zod"), "bag"), "Class"), "name"));
}

function describeValibot({ valibotSchema }: { valibotSchema?: unknown }): object | undefined {
  return describe(read(valibotSchema, "type")) ?? describe(read(read(valibotSchema, "class"), "name"));
}

function describeArktype(context: { base?: unknown }): unknown {
  const unit = read(context, "unit");
  const name =
    read(context, "code") === "date"
      ? "Date"
      : (read(read(context, "proto"), "name") ?? read(context, "domain") ?? typeof unit);
  const base = isJsonObject(context.base) ? context.base : {};
  return { ...base, ...describe(name) };
}

/** Lower-case names as the libraries have them: `date` is `Date`. */
function describe(name: unknown): object | undefined {
  if (typeof name !== "string") return undefined;
  const known = { date: "Date", map: "Map", set: "Set", void: "undefined" }[name] ?? name;
  return dataTypes.has(known) ? { [DATA_TYPE]: known } : undefined;
}

function read(holder: unknown, name: string): unknown {
  const holds = (typeof holder === "object" && holder !== null) || typeof holder === "function";
  return holds ? Reflect.get(holder, name) : undefined;
}
