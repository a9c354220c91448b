import type { PluginParts } from "@vivarium/plugin-host";
import { pluginOf } from "./good-plugin.ts";

/** What a hostile plugin does each time that it is told of something. */
const deeds: Readonly<Record<string, string>> = {
  "loops for ever": "for (;;);",
  "computes for as long as it may": "const end = Date.now() + 450; while (Date.now() < end);",
  "takes all memory": "const all = []; for (;;) all.push(new Array(10000).fill(all.length));",
  "floods its host with events":
    "for (;;) await context.events.emit('flood', 'x'.repeat(1000)).catch(() => undefined);",
  "floods its host with calls":
    "for (;;) await Promise.allSettled(Array.from({ length: 500 }, () => context.notes.tell('x')));",
  "never answers": "await new Promise(() => undefined);",
  "throws what is no error": "throw { get message() { for (;;); }, toString() { for (;;); } };",
  "computes on when it has answered": "void (async () => { for (;;) await null; })();",
};

/** So many hostile plugins, of each kind as many. */
export function hostilePlugins(count: number, event: "tick" | "tock"): readonly PluginParts[] {
  const kinds = Object.values(deeds);
  return Array.from({ length: count }, (_, index) =>
    pluginOf(`hostile-${index}`, `context.events.on("${event}", async () => { ${kinds[index % kinds.length]} });`),
  );
}

/** What they do, for people. */
export const deedNames: readonly string[] = Object.keys(deeds);
