/**
 * The step that package managers run when they install this package. Plain JavaScript for any Node, since Node strips
 * no types beneath node_modules, and a Node that is too old shall read why nothing was done. It never fails.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const prepare = fileURLToPath(new URL("dist/prepare.js", import.meta.url));
const inRepository = existsSync(new URL("scripts/prepare.ts", import.meta.url));

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`@vivarium/guest-node needs Node 24; this is ${process.version}\n`);
} else if (!inRepository) {
  spawnSync(process.execPath, [prepare, "--install"], { stdio: ["ignore", "inherit", "inherit"] });
}
