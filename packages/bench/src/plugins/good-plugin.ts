import type { PluginParts } from "@vivarium/plugin-host";

/** What every plugin of the benchmark may have. */
export const permissions = {
  hooks: ["tick", "tock"],
  emits: ["flood"],
  services: { notes: ["tell"] },
} as const;

/** A plugin that does what plugins do: reads what it is told of, computes a little, and asks its host for something. */
export function goodPlugin(id: string, event: "tick" | "tock"): PluginParts {
  return pluginOf(
    id,
    `context.events.on("${event}", async ({ title }) => {
      const words = title.split(" ").map((word) => word.toUpperCase());
      for (let round = 0; round < 200; round += 1) words.sort();
      await context.notes.tell(words.join("-"));
    });`,
  );
}

/** @param body of its `activate`, in which `context` is there */
export function pluginOf(id: string, body: string): PluginParts {
  const manifest = { id, name: id, version: "1.0.0", entrypoint: "index.js", permissions } as const;
  return { manifest, code: `export async function activate(context) { ${body} }` };
}
