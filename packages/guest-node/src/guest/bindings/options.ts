import type { Binding, Guest } from "../guest.ts";
import type { NodeOptionsInfo } from "../node-tables.ts";
import { dictionary } from "../past-prototypes.ts";
import {
  ArrayIsArray,
  JSONParse,
  MapPrototypeSet,
  ObjectKeys,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
} from "../primordial.ts";

/** Command-line options: Node's defaults, with what this guest was started with on top. */
export function optionsBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...guest.tables.bindings["options"]?.values,
    getCLIOptionsValues() {
      const values = dictionary<unknown>();
      assign(values, guest.tables.options);
      assign(values, guest.options());
      assignNegations(values, guest.options());
      return values;
    },
    getEmbedderOptions: () => ({
      __proto__: null,
      shouldNotRegisterESMLoader: false,
      noGlobalSearchPaths: false,
      noBrowserGlobals: false,
      hasEmbedderPreload: false,
    }),
    getCLIOptionsInfo: () => optionsInfo(guest),
    getOptionsAsFlags: () => optionsAsFlags(guest),
    getEnvOptionsInputType: () => new Map(),
    getNamespaceOptionsInputType: () => new Map(),
  };
}

/** Without the help for each, which is longer than all the rest. */
function optionsInfo(guest: Guest): Binding {
  const info = JSONParse(guest.tables.optionsInfo) as NodeOptionsInfo;
  const options = new Map<string, unknown>();
  const aliases = new Map<string, unknown>();
  for (let index = 0; index < info.options.length; index++) {
    const option = info.options[index] as NodeOptionsInfo["options"][number];
    MapPrototypeSet(options, option[0], {
      __proto__: null,
      helpText: "",
      envVarSettings: option[1],
      type: option[2],
      defaultIsTrue: option[3],
    });
  }
  for (let index = 0; index < info.aliases.length; index++) {
    const alias = info.aliases[index] as NodeOptionsInfo["aliases"][number];
    MapPrototypeSet(aliases, alias[0], alias[1]);
  }
  return { __proto__: null, options, aliases };
}

/** What this guest was started with, as arguments of `node`; code that it was given is not for those that it starts. */
function optionsAsFlags(guest: Guest): string[] {
  const flags: string[] = [];
  const options = guest.options();
  const names = ObjectKeys(options);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? "";
    if (!StringPrototypeStartsWith(name, "--") || name === "--eval" || name === "--print") continue;
    const value = options[name];
    if (value === true) flags[flags.length] = name;
    else if (value === false) flags[flags.length] = `--no-${StringPrototypeSlice(name, 2)}`;
    else if (!ArrayIsArray(value)) flags[flags.length] = `${name}=${value}`;
    else for (let at = 0; at < value.length; at++) flags[flags.length] = `${name}=${value[at]}`;
  }
  return flags;
}

function assign(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  const keys = ObjectKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) target[key] = source[key];
  }
}

/** Of what can be undone Node tells both: whether it is on, and whether it is off. */
function assignNegations(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  const keys = ObjectKeys(source);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const negation = `--no-${StringPrototypeSlice(key, 2)}`;
    if (typeof source[key] === "boolean" && typeof target[negation] === "boolean") target[negation] = !source[key];
  }
}
