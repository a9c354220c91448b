/**
 * Makes one file of each program of cells and all that it imports, for the tests (`VIVARIUM_CELL_BUNDLES`): they start some
 * hundred cells, and from the sources as they are most of a start is reading two hundred files. Nothing of it is published.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsup";

const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const entries = ["cell/main", "cell/zygote-main", "cell/worker-main", "inline/crypto-thread-main"];

await build({
  config: false,
  entry: Object.fromEntries(entries.map((name) => [name, inPackage(join("src", `${name}.ts`))])),
  outDir: inPackage("build/cells"),
  clean: true,
  format: "esm",
  outExtension: () => ({ js: ".mjs" }),
  target: "node24",
  platform: "node",
  noExternal: [/^(?!node:|isolated-vm$)/],
  external: ["isolated-vm"],
  silent: true,
  esbuildPlugins: [
    {
      name: "sources-know-where-they-lie",
      setup(bundler) {
        bundler.onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
          const place = JSON.stringify(pathToFileURL(path).href);
          return { loader: "ts", contents: readFileSync(path, "utf8").replaceAll("import.meta.url", place) };
        });
      },
    },
  ],
  esbuildOptions(options) {
    options.conditions = ["@vivarium/source"];
    // Libraries of others require what is Node's.
    const makes =
      'import * as nodeModule from "node:module"; const require = nodeModule.createRequire(import.meta.url);';
    options.banner = { ...options.banner, js: makes };
  },
});
