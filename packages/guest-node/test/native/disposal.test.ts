import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";

const child = fileURLToPath(new URL("disposal-child.ts", import.meta.url));
const helper = openNativeHelper((file) => file);

it.runIf(process.platform === "linux")(
  "leaves no serializer and no microtask queue behind when an isolate is disposed of",
  () => {
    const result = spawnSync(process.execPath, ["--no-node-snapshot", child, helper, "40"], {
      encoding: "utf8",
    });
    expect(result).toMatchObject({ status: 0, stderr: "" });
    // Their serializers alone take megabytes.
    expect(Number(result.stdout)).toBeLessThan(500);
  },
  60_000,
);
