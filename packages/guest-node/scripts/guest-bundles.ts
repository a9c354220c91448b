import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, type BuildResult, build, type Plugin } from "esbuild";
import { capturedGlobals } from "./captured-globals.table.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const guest = join(root, "src/guest");

/** A bundle of what few programs need, compiled when a guest first asks for it. */
export interface LateBundle {
  /** The body of a function of one parameter, what the first bundle shares; it answers the exports of its entry. */
  readonly text: string;
  /** Paths of the modules that are in no other bundle. */
  readonly modules: readonly string[];
}

/** The bundles of a guest that boots Node's library. */
export interface GuestBundles {
  /** The body of a function that answers what boots a guest. */
  readonly first: string;
  /** By the name of their entry in `src/guest/late/`. */
  readonly late: ReadonlyMap<string, LateBundle>;
}

/** Guests throw none of the host's errors, whose table of messages takes long to make. */
const leanErrors: Plugin = {
  name: "lean errors",
  setup({ onResolve }) {
    onResolve({ filter: /\/errors\/vivarium-error\.ts$/ }, () => ({ path: join(guest, "lean-error.ts") }));
  },
};

/** The lexer is CommonJS, and what a bundler makes of that looks at `Object` when it is loaded. */
const asModule: Plugin = {
  name: "lexer as a module",
  setup({ onLoad }) {
    onLoad({ filter: /\/cjs-module-lexer\/lexer\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const end = text.indexOf("const initPromise = Promise.resolve();");
      if (end < 0) throw new Error(`${path} does not end as it did`);
      return { contents: `${text.slice(0, end)}export { parseCJS as parse };`, loader: "js" };
    });
  },
};

/** How all code of guests is bundled. */
export const bundling: BuildOptions = {
  bundle: true,
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["@vivarium/source"],
  target: "es2024",
  absWorkingDir: root,
  // The build in plain JavaScript: WebAssembly would cost every guest a compilation.
  alias: { "cjs-module-lexer": createRequire(import.meta.url).resolve("cjs-module-lexer") },
  legalComments: "none",
  plugins: [leanErrors],
  // Every guest scans this text; nobody reads it, and its frames are not shown.
  minifyWhitespace: true,
};

const LATE_NAMES = readdirSync(join(guest, "late")).map((file) => basename(file, ".ts"));
/** What late bundles call the object that they are given; none of our modules has a variable of that name. */
const SHARED = "$shared";

/**
 * Bundles the guest. What a late bundle needs of the modules of the first it takes from there, as the first has captured
 * it: a module is never in two bundles, and one that two late bundles need is in the first.
 */
export async function bundleGuest(): Promise<GuestBundles> {
  const inFirst = new Set<string>();
  for (;;) {
    const exported = await exportsOf([...inFirst]);
    const late = await Promise.all(LATE_NAMES.map(async (name) => ({ name, ...(await buildLate(name, exported)) })));
    const needed = [...new Set(late.flatMap(({ needs }) => needs))];
    const first = await buildFirst(needed);
    const before = inFirst.size;
    for (const path of [...first.modules, ...inSeveral(late)]) inFirst.add(path);
    if (inFirst.size !== before) continue;
    const bundles = late.map(({ name, text, modules }) => [name, { text: takenFrom(text, needed), modules }] as const);
    return { first: first.text, late: new Map(bundles) };
  }
}

/** An export of a module of the first bundle, as `path name`. */
type Need = string;

interface BuiltLate extends LateBundle {
  readonly needs: readonly Need[];
}

/** Export names by the path of their module. */
async function exportsOf(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (paths.length === 0) return new Map();
  const { metafile } = await build({
    ...bundling,
    bundle: false,
    alias: {},
    format: "esm",
    entryPoints: [...paths],
    outdir: join(root, "dist"),
    write: false,
    metafile: true,
  });
  return new Map(Object.values(metafile.outputs).map((made) => [join(root, made.entryPoint ?? ""), made.exports]));
}

async function buildFirst(
  needed: readonly Need[],
): Promise<{ readonly text: string; readonly modules: readonly string[] }> {
  const result = await build({
    ...bundling,
    format: "iife",
    globalName: "vivariumGuest",
    stdin: { contents: firstEntry(needed), resolveDir: guest, sourcefile: FIRST_ENTRY, loader: "ts" },
    banner: { js: `"use strict"; const { ${capturedGlobals.join(", ")} } = globalThis;` },
    footer: { js: "return vivariumGuest.bootGuest;" },
    write: false,
    metafile: true,
  });
  return { text: textOf(result), modules: modulesOf(result) };
}

const FIRST_ENTRY = "first-bundle.ts";

/** It boots as the main module does, and hands over what it shares when that is wanted. */
function firstEntry(needed: readonly Need[]): string {
  const imports = needed.map((need, index) => {
    const [path, name] = need.split(" ");
    return `import { ${name} as ${keyOf(index)} } from ${JSON.stringify(path)};`;
  });
  const shared = [...capturedGlobals, ...needed.keys().map(keyOf)];
  return `${imports.join("\n")}
    import { bootGuest as boot } from ${JSON.stringify(join(guest, "main.ts"))};
    const share = () => ({ __proto__: null, ${shared.join(", ")} });
    export const bootGuest = (native, calls, window, setup, uncached) =>
      boot(native, calls, window, setup, uncached, share);`;
}

function keyOf(index: number): string {
  return `_${index}`;
}

async function buildLate(name: string, inFirst: ReadonlyMap<string, readonly string[]>): Promise<BuiltLate> {
  const result = await build({
    ...bundling,
    format: "esm",
    entryPoints: [join(guest, "late", `${name}.ts`)],
    plugins: [leanErrors, asModule, standIns(inFirst)],
    write: false,
    metafile: true,
  });
  const module = textOf(result).trim();
  const [exports, names = ""] = EXPORTS.exec(module) ?? [];
  if (exports === undefined || /^import\b|__(?:toESM|commonJS|export)\b/.test(module)) {
    throw new Error(`The bundle ${name} would run what is no module's own before its modules`);
  }
  const answer = names.split(",").map((one) => one.trim().split(" as ").reverse().join(":"));
  const text = `"use strict";const{${capturedGlobals.join(",")}}=${SHARED};${module.slice(0, -exports.length)}return{__proto__:null,${answer.join(",")}};`;
  return {
    text,
    needs: [...module.matchAll(TAKEN)].map(([, need]) => need ?? ""),
    modules: modulesOf(result).filter((path) => !inFirst.has(path)),
  };
}

const EXPORTS = /export\{([^}]*)\};?$/;
const TAKEN = /\$take\("([^"]*)"\)/g;

/** In the stead of modules of the first bundle: the bundler leaves out what is not used of them. */
function standIns(inFirst: ReadonlyMap<string, readonly string[]>): Plugin {
  return {
    name: "modules of the first bundle",
    setup({ onLoad }) {
      onLoad({ filter: /./ }, ({ path }) => {
        const names = inFirst.get(path);
        if (names === undefined) return undefined;
        if (/^export let\b/m.test(readFileSync(path, "utf8"))) throw new Error(`What ${path} exports would be a copy`);
        const taken = names.map((name) => `export const ${name} = /* @__PURE__ */ $take("${path} ${name}");`);
        return { contents: taken.join("\n"), loader: "js" };
      });
    },
  };
}

function takenFrom(text: string, needed: readonly Need[]): string {
  return text.replaceAll(TAKEN, (_, need: Need) => `${SHARED}.${keyOf(needed.indexOf(need))}`);
}

/** Of what it is made. What is there for its types, or is left out, does not count. */
function modulesOf({ metafile }: BuildResult): readonly string[] {
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.entries(output.inputs));
  const made = inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && basename(path) !== FIRST_ENTRY);
  return made.map(([path]) => join(root, path));
}

function textOf({ outputFiles }: BuildResult): string {
  return outputFiles?.[0]?.text ?? "";
}

function inSeveral(late: readonly LateBundle[]): readonly string[] {
  const paths = late.flatMap(({ modules }) => modules);
  return paths.filter((path, index) => paths.indexOf(path) !== index);
}
