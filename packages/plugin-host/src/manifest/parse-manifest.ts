import type { PluginIssue } from "../errors/plugin-error.ts";
import { quoted } from "../text/quoted.ts";
import { findTwice } from "./find-twice.ts";
import { invalidManifest } from "./manifest-issues.ts";
import type { PluginManifest } from "./plugin-manifest.ts";
import { LONGEST_MANIFEST, readManifest } from "./read-manifest.ts";

/**
 * Reads the text of a manifest, as `plugin.json` has it: JSON of at most 64 KiB, in which no name stands twice in an object.
 *
 * @throws PluginError `ERR_PLUGIN_MANIFEST`, as {@link readManifest} does
 */
export function parseManifest(text: string): PluginManifest {
  if (typeof text !== "string") throw invalidManifest([whole("the text of a manifest")]);
  if (Buffer.byteLength(text) > LONGEST_MANIFEST) {
    throw invalidManifest([whole(`at most ${LONGEST_MANIFEST} bytes`)]);
  }
  const told = parsed(text);
  // Whoever reads the first of two and whoever reads the last would see two manifests.
  const twice = findTwice(text);
  if (twice !== undefined)
    throw invalidManifest([whole(`each name once in an object, and ${quoted(twice, 40)} stands twice`)]);
  return readManifest(told);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof SyntaxError ? quoted(error.message, 120) : "";
    throw invalidManifest([whole(`JSON, which it is not: ${why}`)]);
  }
}

function whole(message: string): PluginIssue {
  return { field: "", message };
}
