/**
 * Builds the program of cells that Node's permission model holds: one file with all that it imports, since they may read no
 * other. It is made of the sources of all packages, also where nothing else of them has been built.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await build({
  config: false,
  entry: { "cell/permission-main": inPackage("src/cell/permission-main.ts") },
  outDir: inPackage("dist"),
  // The rest of the package lies in the same folder.
  clean: false,
  format: "esm",
  outExtension: () => ({ js: ".mjs" }),
  target: "node24",
  platform: "node",
  noExternal: [/^(?!node:)/],
  splitting: false,
  silent: true,
  esbuildOptions(options) {
    options.absWorkingDir = inPackage("");
    options.conditions = ["@vivarium/source"];
  },
});

/** Each module begins with the path of its source, and the licences of others want to go with their code. */
function licences(code: string): string {
  const folders = [...code.matchAll(/^\/\/ (\S+\/node_modules\/(?:@[^/]+\/)?[^/]+)\/\S+$/gm)].map(
    ([, folder]) => folder,
  );
  return [...new Set(folders)].map((folder = "") => `/*!\n${licenceIn(inPackage(folder))}\n*/\n`).join("");
}

function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`There is no licence in ${folder}`);
  return readFileSync(join(folder, file), "utf8").trim().replaceAll("*/", "* /");
}

const product = inPackage("dist/cell/permission-main.mjs");
const code = readFileSync(product, "utf8");
writeFileSync(product, `${licences(code)}${code}`);
