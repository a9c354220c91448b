import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { NpmPackages, npmEnvironment } from "../../src/native/npm-package.ts";
import { zigPackages } from "../../src/native/zig-packages.table.ts";

const before = process.env["VIVARIUM_NO_DOWNLOAD"];
afterEach(() => {
  if (before === undefined) delete process.env["VIVARIUM_NO_DOWNLOAD"];
  else process.env["VIVARIUM_NO_DOWNLOAD"] = before;
});

/** A tarball of a package whose install script would leave a trace. */
function packInto(folder: string): string {
  const source = join(folder, "package");
  mkdirSync(source);
  const scripts = { install: "echo ran > installed.txt" };
  writeFileSync(join(source, "package.json"), JSON.stringify({ name: "carrier", version: "1.0.0", scripts }));
  const tarball = join(folder, "carrier.tgz");
  expect(spawnSync("tar", ["-czf", tarball, "-C", folder, "package"]).status).toBe(0);
  return tarball;
}

describe("packages for a build", () => {
  it("are fetched by npm without running their scripts, and go away", () => {
    const folder = mkdtempSync(join(tmpdir(), "vivarium-carrier-"));
    const packages = new NpmPackages();
    try {
      const fetched = packages.fetch({ name: "carrier", version: `file:${packInto(folder)}` });
      expect(JSON.parse(readFileSync(join(fetched, "package.json"), "utf8"))).toMatchObject({ name: "carrier" });
      expect(existsSync(join(fetched, "installed.txt"))).toBe(false);
      packages[Symbol.dispose]();
      expect(existsSync(fetched)).toBe(false);
    } finally {
      packages[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    }
  });

  it("that npm cannot bring end in npm's words", () => {
    using packages = new NpmPackages();
    expect(() => packages.fetch({ name: "carrier", version: "file:./no-such-folder.tgz" })).toThrow(
      expect.objectContaining({
        code: "ERR_NATIVE_DOWNLOAD_FAILED",
        message: expect.stringContaining("no-such-folder"),
      }),
    );
  });

  it("are not fetched where that is switched off", () => {
    process.env["VIVARIUM_NO_DOWNLOAD"] = "1";
    using packages = new NpmPackages();
    expect(() => packages.fetch({ name: "carrier", version: "1.0.0" })).toThrow(
      expect.objectContaining({ code: "ERR_NATIVE_DOWNLOAD_FAILED" }),
    );
  });

  it("of a compiler have an exact version and a hash", () => {
    for (const carrier of Object.values(zigPackages)) {
      expect(carrier.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(carrier.integrity).toMatch(/^sha512-/);
    }
  });
});

describe("the environment of npm", () => {
  it("keeps where packages come from, and drops the errand of an outer npm", () => {
    const environment = {
      PATH: "/bin",
      npm_config_registry: "kept",
      npm_config_cache: "kept",
      npm_config_global: "true",
      npm_config_local_prefix: "/project",
      npm_config_ignore_scripts: "",
      npm_config_save_dev: "true",
      npm_lifecycle_event: "install",
      npm_package_name: "outer",
      NPM_CONFIG_PREFIX: "/global",
    };
    expect(npmEnvironment(environment)).toEqual({
      PATH: "/bin",
      npm_config_registry: "kept",
      npm_config_cache: "kept",
    });
  });
});
