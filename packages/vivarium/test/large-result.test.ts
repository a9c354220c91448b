import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sampledKinds } from "./worlds.ts";

const script = fileURLToPath(new URL("../scripts/measure-large-result.ts", import.meta.url));
const isThorough = sampledKinds.length > 1;
const size = 2 ** (isThorough ? 27 : 26) - 64;

const measured = [
  ["process", "wide", 2.7],
  ["process", "ascii", 2.7],
  // Here the guest's own string and buffers are in the host, too.
  ["inline", "ascii", 3.5],
] as const;

it.each(isThorough ? measured : measured.slice(0, 1))(
  "a large string out of a cell of kind %s (%s) takes the host no more than %f times its size",
  async (cells, kind, most) => {
    const flags = ["--no-node-snapshot", "--conditions=@vivarium/source"];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, cells, String(size), kind]);
    const { outcome, length, grownBytes }: Record<string, unknown> = JSON.parse(stdout);
    expect([outcome, length]).toEqual(["returned", kind === "wide" ? size / 2 : size]);
    expect(grownBytes).toBeLessThan(most * size);
  },
);
