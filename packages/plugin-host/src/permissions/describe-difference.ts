import type { PluginManifest } from "../manifest/plugin-manifest.ts";
import { quoted } from "../text/quoted.ts";
import { describeChange } from "./describe-change.ts";
import type { PermissionChange, PermissionDifference } from "./permission-difference.ts";

/**
 * Tells a person what a plugin asks for, one fact a line, in an order that is always the same. The sentences are ours. A
 * plugin's words stand in double quotes, in printable ASCII alone (`\u{…}` for all else), and long ones are cut with
 * their length told: nothing that it says ends its quotes, begins a line, hides, or passes for another letter.
 *
 * @param manifest of the version that asks
 */
export function describeDifference(
  { more, less }: PermissionDifference,
  manifest: Pick<PluginManifest, "id" | "name" | "version">,
): string {
  const { id, name, version } = manifest;
  return [
    `Version ${quoted(version, 100)} of the plugin ${quoted(id, 100)}, which calls itself ${quoted(name)},`,
    ...part("asks for nothing more than it was granted.", "asks for more than it was granted", "It wants to", more),
    ...part(undefined, "It no longer asks for all that it was granted", "It asked to", less),
  ].join("\n");
}

function part(
  nothing: string | undefined,
  something: string,
  begin: string,
  changes: readonly PermissionChange[],
): readonly string[] {
  if (changes.length === 0) return nothing === undefined ? [] : [nothing];
  const count = changes.length === 1 ? "in one way" : `in ${changes.length} ways`;
  return [`${something}, ${count}:`, ...changes.map((change) => `- ${begin} ${describeChange(change)}.`)];
}
