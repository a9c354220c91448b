import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const guestNode = fileURLToPath(new URL("../packages/guest-node/", import.meta.url));

interface Step {
  readonly script: string;
  /** Folders and files that the product is made of. */
  readonly sources: readonly string[];
  readonly products: readonly string[];
}

const steps: readonly Step[] = [
  { script: "build:native", sources: ["native"], products: ["build/native"] },
  { script: "build:guest", sources: ["src", "scripts", "../core/src"], products: ["dist/guest.js", "dist/loader.js"] },
];

/**
 * Builds the native helper and the guest bundle when a source is newer than the product.
 * Vitest calls this once per run, before any test that starts a guest.
 */
export function setup(): void {
  const manifest: { readonly scripts?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(guestNode, "package.json"), "utf8"),
  );
  for (const step of steps) {
    const command = manifest.scripts?.[step.script];
    if (command !== undefined && isStale(step)) runScript(step.script, command);
  }
}

function isStale(step: Step): boolean {
  const built = Math.max(0, ...step.products.map(newestTime));
  return built === 0 || Math.max(0, ...step.sources.map(newestTime)) > built;
}

function newestTime(path: string): number {
  const full = join(guestNode, path);
  if (!existsSync(full)) return 0;
  const status = statSync(full);
  if (!status.isDirectory()) return status.mtimeMs;
  const inside = readdirSync(full, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...inside.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

function runScript(name: string, command: string): void {
  // The guest's tables are read from the Node that runs this: it goes first, whatever else is on the path.
  const env = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env["PATH"] };
  const result = spawnSync(command, {
    cwd: guestNode,
    env,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    throw new Error(`Cannot run ${name} of packages/guest-node:\n${result.stdout}\n${result.stderr}`);
  }
}
