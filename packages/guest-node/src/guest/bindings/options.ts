import type { Binding, Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { ObjectKeys } from "../primordial.ts";

/** Command-line options: Node's defaults, with what this guest was started with on top. */
export function optionsBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...guest.tables.bindings["options"]?.values,
    getCLIOptionsValues() {
      const values = dictionary<unknown>();
      assign(values, guest.tables.options);
      assign(values, guest.options());
      return values;
    },
    getEmbedderOptions: () => ({
      __proto__: null,
      shouldNotRegisterESMLoader: false,
      noGlobalSearchPaths: false,
      noBrowserGlobals: false,
      hasEmbedderPreload: false,
    }),
    getCLIOptionsInfo: () => ({ __proto__: null, options: new Map(), aliases: new Map() }),
    getOptionsAsFlags: () => [],
    getEnvOptionsInputType: () => new Map(),
    getNamespaceOptionsInputType: () => new Map(),
  };
}

function assign(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  const keys = ObjectKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) target[key] = source[key];
  }
}
