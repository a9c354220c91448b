import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";

const folder = mkdtempSync(join(tmpdir(), "vivarium-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** More seeds, for a longer search: `VIVARIUM_FUZZ_SEEDS=100`. */
const seeds = Array.from({ length: Number(process.env["VIVARIUM_FUZZ_SEEDS"] ?? "4") }, (_, index) => index + 1);

it.each(seeds)(
  "survives every function called with hostile arguments (seed %i)",
  (seed) => {
    const log = join(folder, `current-${seed}`);
    const child = fileURLToPath(new URL("hostile-child.ts", import.meta.url));
    const result = spawnSync(
      process.execPath,
      ["--no-node-snapshot", child, openNativeHelper((file) => file), String(seed), "40", log],
      {
        encoding: "utf8",
        timeout: 60_000,
      },
    );
    const last = readFileSync(log, "utf8").trim();
    expect({ status: result.status, signal: result.signal, last, stderr: result.stderr }).toMatchObject({
      status: 0,
      signal: null,
    });
    const reached = JSON.parse(result.stdout) as Readonly<Record<string, number>>;
    // A search that is refused at every door finds nothing.
    expect(Object.keys(reached).length).toBeGreaterThan(90);
  },
  90_000,
);
