import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Step {
  /** The folder of the package, in whose manifest the script is. */
  readonly folder: string;
  readonly script: string;
  /** Folders and files that the product is made of. */
  readonly sources: readonly string[];
  readonly products: readonly string[];
}

const steps: readonly Step[] = [
  { folder: folderOf("guest-node"), script: "build:native", sources: ["native"], products: ["build/native"] },
  {
    folder: folderOf("guest-node"),
    script: "build:guest",
    sources: ["src", "scripts", "../core/src"],
    products: ["dist/guest.js", "dist/late", "dist/bare.js", "dist/loader.js"],
  },
  {
    folder: folderOf("isolated-vm"),
    script: "build:cell",
    sources: ["src", "scripts", "../core/src", "../guest-node/src", "../kernel/src", "../memfs/src"],
    products: ["dist/cell/permission-main.mjs"],
  },
  {
    folder: folderOf("isolated-vm"),
    script: "bundle:cells",
    sources: ["src", "scripts", "../core/src", "../guest-node/src", "../kernel/src", "../memfs/src"],
    products: ["build/cells"],
  },
  {
    folder: folderOf("directus"),
    script: "build:guest",
    sources: ["src/guest", "scripts"],
    products: ["dist/guest"],
  },
  {
    folder: folderOf("plugin-host"),
    script: "build:guest",
    sources: ["src/guest", "scripts"],
    products: ["dist/guest"],
  },
];

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../packages/${name}/`, import.meta.url));
}

/**
 * Builds the native helper, the guest bundle and the program of some cells when a source is newer than the product.
 * Vitest calls this once per run, before any test that starts a guest.
 */
export function setup(): void {
  for (const step of steps) {
    const manifest: { readonly scripts?: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(step.folder, "package.json"), "utf8"),
    );
    const command = manifest.scripts?.[step.script];
    if (command !== undefined && isStale(step)) runScript(step, command);
  }
}

function isStale({ folder, products, sources }: Step): boolean {
  const newest = (paths: readonly string[]): number =>
    Math.max(0, ...paths.map((path) => newestTime(join(folder, path))));
  const built = newest(products);
  return built === 0 || newest(sources) > built;
}

function newestTime(full: string): number {
  if (!existsSync(full)) return 0;
  const status = statSync(full);
  if (!status.isDirectory()) return status.mtimeMs;
  const inside = readdirSync(full, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...inside.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

function runScript({ folder, script }: Step, command: string): void {
  // The guest's tables are read from the Node that runs this: it goes first, whatever else is on the path.
  const env = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env["PATH"] };
  const result = spawnSync(command, {
    cwd: folder,
    env,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    throw new Error(`Cannot run ${script} in ${folder}:\n${result.stdout}\n${result.stderr}`);
  }
}
