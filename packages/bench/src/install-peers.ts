import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The peer, at the version that the targets name. */
const peer = "secure-exec@0.2.1";

/** Installs the peer into a folder of its own, without install scripts; answers why when npm could not. */
export function installPeers(): { readonly folder: string } | { readonly failure: string } {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-bench-"));
  const result = spawnSync(
    "npm",
    ["install", "--prefix", folder, peer, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    { encoding: "utf8", timeout: 180_000 },
  );
  if (result.status === 0) return { folder };
  return { failure: (result.stderr || result.error?.message || "npm failed").trim().split("\n")[0] ?? "npm failed" };
}
