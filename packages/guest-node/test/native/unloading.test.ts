import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";

const child = fileURLToPath(new URL("unloading-child.ts", import.meta.url));

it.runIf(process.platform === "linux")(
  "stays loaded when all that have opened it have gone: its thread that watches the time of scripts is one, and goes on",
  () => {
    const file = openNativeHelper((name) => name);
    const flags = ["--no-node-snapshot", "--expose-gc"];
    const { status, signal, stdout } = spawnSync(process.execPath, [...flags, child, file], { encoding: "utf8" });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    const [first, ...others] = stdout.trimEnd().split("\n");
    expect(first).toMatch(/^\d+ true$/u);
    expect(others).toEqual([first, first, first]);
  },
  60_000,
);
