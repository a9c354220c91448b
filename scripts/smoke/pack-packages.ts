import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** The pnpm of this repository, as an argument of npx. */
export function pnpmVersion(): string {
  const { config }: { readonly config: { readonly pnpm: string } } = readJson(join(root, "package.json"));
  return `pnpm@${config.pnpm}`;
}

/**
 * Packs every package that would be published, as it was built, into a folder.
 *
 * @returns the tarball of each package, by name
 */
export function packPackages(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(join(root, "packages"))
    .map((entry): Manifest => readJson(join(root, "packages", entry, "package.json")))
    .filter((manifest) => manifest.private !== true)
    .map((manifest) => manifest.name);
  const filters = names.map((name) => `--filter=${name}`);
  const args = ["--yes", pnpmVersion(), ...filters, "pack", "--pack-destination", folder];
  const packed = spawnSync("npx", args, { cwd: root, encoding: "utf8" });
  if (packed.status !== 0) throw new Error(`Cannot pack:\n${packed.stdout}${packed.stderr}`);
  return new Map(names.map((name) => [name, join(folder, findTarball(folder, name))]));
}

/** `@scope/name` lies in `scope-name-1.2.3.tgz`. */
function findTarball(folder: string, name: string): string {
  const start = `${name.replace("@", "").replace("/", "-")}-`;
  const file = readdirSync(folder).find((entry) => entry.startsWith(start) && /^\d/.test(entry.slice(start.length)));
  if (file === undefined) throw new Error(`${name} was not packed`);
  return file;
}

function readJson<Value>(file: string): Value {
  return JSON.parse(readFileSync(file, "utf8"));
}
