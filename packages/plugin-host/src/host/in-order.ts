import type { HostedPlugin } from "./hosted-plugin.ts";

/** Plugins as they hear of events: those that are named first, then the others by their ids. */
export function inOrder(plugins: ReadonlyMap<string, HostedPlugin>, first: readonly string[]): readonly HostedPlugin[] {
  const others = [...plugins.keys()].filter((id) => !first.includes(id)).sort();
  return [...new Set([...first, ...others])].flatMap((id) => plugins.get(id) ?? []);
}
