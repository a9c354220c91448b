import type { OsConfig, ProcessConfig } from "@vivarium/core";
import { defaultLimits } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createGuestConfig } from "../src/index.ts";

async function machineOf(processConfig: ProcessConfig, osConfig: OsConfig): Promise<readonly string[]> {
  const execution = { argv: [], env: {}, cwd: "/", stdin: "", filePath: "/main.js", limits: defaultLimits };
  const systemDriver = { permissions: {}, processConfig, osConfig };
  const config = await createGuestConfig({ systemDriver, execution, onDiagnostic: () => undefined });
  return [config.platform, config.arch, config.os.platform, config.os.arch];
}

describe("createGuestConfig", () => {
  it("takes the machine of osConfig for the process too, which is where Node's os looks", async () => {
    expect(await machineOf({}, { platform: "darwin", arch: "arm64" })).toEqual(["darwin", "arm64", "darwin", "arm64"]);
  });

  it("lets processConfig have its own", async () => {
    expect((await machineOf({ platform: "linux", arch: "x64" }, { arch: "arm64" })).slice(0, 2)).toEqual([
      "linux",
      "x64",
    ]);
  });
});
