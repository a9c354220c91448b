import type * as z from "zod";
import { PluginError, type PluginIssue } from "../errors/plugin-error.ts";
import { quoted } from "../text/quoted.ts";
import { fieldOf } from "./field-of.ts";
import { manifestSchema } from "./manifest-schema.ts";

/** Faults that are listed, and those that the message tells of. */
const MOST_LISTED = 50;
const MOST_TOLD = 5;

/** A manifest that is none, and all that is wrong with it. */
export function invalidManifest(issues: readonly PluginIssue[], plugin?: string): PluginError {
  const listed = issues.slice(0, MOST_LISTED);
  const told = listed
    .slice(0, MOST_TOLD)
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`));
  const rest = issues.length - told.length;
  const who =
    plugin === undefined ? "This is no manifest of a plugin" : `The manifest of ${quoted(plugin)} is not valid`;
  const message = `${who}. Expected ${told.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
  return new PluginError("ERR_PLUGIN_MANIFEST", message, {
    issues: Object.freeze(listed.map((issue) => Object.freeze(issue))),
    ...(plugin !== undefined && { plugin }),
  });
}

/** What a schema has found in a value, each thing with the name of its field and what was expected there. */
export function issuesOf(found: readonly z.core.$ZodIssue[], value: unknown): readonly PluginIssue[] {
  return found.flatMap((issue): PluginIssue[] => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((name) => unknownField(issue.path, name));
    if (issue.code === "invalid_key") {
      return issue.issues.map(({ message }) => ({ field: fieldOf(issue.path), message }));
    }
    const given = valueAt(value, issue.path);
    const message = given === undefined ? `${issue.message}; it is missing` : `${issue.message}, not ${shown(given)}`;
    return [{ field: fieldOf(issue.path), message }];
  });
}

function unknownField(path: readonly PropertyKey[], name: string): PluginIssue {
  const known = knownFields(path);
  const others = known.length === 0 ? "" : `: there are ${known.join(", ")}`;
  return { field: fieldOf([...path, name]), message: `no field ${quoted(name, 40)}${others}` };
}

/** The names that an object of the schema knows. */
function knownFields(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = manifestSchema;
  for (const name of path) at = shapeOf(at)?.[String(name)];
  return Object.keys(shapeOf(at) ?? {}).filter((name) => name !== "$schema");
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if ("unwrap" in schema && typeof schema.unwrap === "function") return shapeOf(schema.unwrap());
  return "shape" in schema ? (schema.shape as Readonly<Record<string, unknown>>) : undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value, 60);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
