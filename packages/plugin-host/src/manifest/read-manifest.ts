import { PluginError } from "../errors/plugin-error.ts";
import { copyJson, type Json } from "./json-copy.ts";
import { invalidManifest, issuesOf } from "./manifest-issues.ts";
import { idSchema, MANIFEST_VERSION, manifestSchema } from "./manifest-schema.ts";
import type { PluginManifest } from "./plugin-manifest.ts";
import { wholeManifest } from "./whole-manifest.ts";

/** The length of a manifest: of its text in bytes, of an object as JSON. */
export const LONGEST_MANIFEST: number = 64 * 1024;

/**
 * Reads a manifest: an object as {@link IPluginManifest} describes it, or as `JSON.parse` makes it. It is copied first,
 * without running any code of its owner, and the copy is checked: unknown fields, getters, proxies and classes are refused.
 *
 * @returns what was checked, whole: defaults set, hosts in the spelling that is connected to, lists sorted. Frozen, deeply.
 * @throws PluginError `ERR_PLUGIN_MANIFEST`, whose `issues` name all that is wrong with it
 */
export function readManifest(told: unknown): PluginManifest {
  const { copy, issues: uncopied } = copyJson(told, { most: LONGEST_MANIFEST });
  const id = idOf(copy);
  assertVersion(copy, id);
  const { success, data, error } = manifestSchema.safeParse(copy);
  if (success && uncopied.length === 0) return wholeManifest(data);
  const refused = new Set(uncopied.map(({ field }) => field));
  const found = issuesOf(error?.issues ?? [], copy).filter(({ field }) => !refused.has(field));
  throw invalidManifest([...uncopied, ...found], id);
}

/** One of another form is measured by nothing else. */
function assertVersion(copy: Json | undefined, id: string | undefined): void {
  const version = isRecord(copy) ? copy["manifestVersion"] : undefined;
  if (typeof version !== "number" || !Number.isInteger(version) || version <= MANIFEST_VERSION) return;
  const who = id === undefined ? "The manifest of this plugin" : `The manifest of "${id}"`;
  const message = `${MANIFEST_VERSION} is the only version that is known here: this host is older than version ${version}`;
  throw new PluginError("ERR_PLUGIN_MANIFEST", `${who} is of a form that this host is too old for: ${message}`, {
    issues: [{ field: "manifestVersion", message }],
    ...(id !== undefined && { plugin: id }),
  });
}

/** Whom an error is about, as far as that can be said. */
function idOf(copy: Json | undefined): string | undefined {
  return isRecord(copy) ? idSchema.safeParse(copy["id"]).data : undefined;
}

function isRecord(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
