/** Looks at every package that would be published as its users will get it: publint, are-the-types-wrong, the files in it. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

interface PackedFile {
  readonly path: string;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const required: readonly string[] = ["package.json", "dist/index.js", "dist/index.d.ts"];
const unwanted = /^(?:src\/(?!guest\/)|test\/|node_modules\/|tsup\.config)|\.log$/;

function run(command: string, args: readonly string[], cwd: string): { readonly ok: boolean; readonly output: string } {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

function listPackedFiles(folder: string): readonly string[] {
  const result = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
  });
  const [packed]: ReadonlyArray<{ readonly files: readonly PackedFile[] }> = JSON.parse(result.stdout);
  return packed?.files.map((file) => file.path) ?? [];
}

function findFaults(folder: string): readonly string[] {
  const faults: string[] = [];
  const lint = run("publint", ["run", ".", "--strict", "--pack", "npm"], folder);
  if (!lint.ok) faults.push(lint.output);
  const types = run("attw", ["--pack", ".", "--profile", "esm-only", "--no-color"], folder);
  if (!types.ok) faults.push(types.output);
  const packed = listPackedFiles(folder);
  for (const path of required) if (!packed.includes(path)) faults.push(`${path} would not be published`);
  for (const path of packed) if (unwanted.test(path)) faults.push(`${path} would be published`);
  return faults;
}

let failed = false;
for (const entry of readdirSync(join(root, "packages")).sort()) {
  const folder = join(root, "packages", entry);
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (manifest.private === true) continue;
  const faults = findFaults(folder);
  failed ||= faults.length > 0;
  console.log(`${manifest.name}: ${faults.length === 0 ? "ok" : faults.join("\n")}`);
}
process.exitCode = failed ? 1 : 0;
