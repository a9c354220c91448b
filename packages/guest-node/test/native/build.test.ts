import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { buildNativeHelper } from "../../src/native/build-native-helper.ts";
import { findCxxCompiler } from "../../src/native/cxx-compiler.ts";
import { locateNodeHeaders } from "../../src/native/node-headers.ts";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";
import { provideNativeHelper } from "../../src/native/provide-native-helper.ts";

const before = { ...process.env };
const folders: string[] = [];

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-build-test-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const name of ["PATH", "CXX", "VIVARIUM_NO_DOWNLOAD"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("building the helper", () => {
  it("compiles nothing when the file is newer than its sources", () => {
    expect(provideNativeHelper()).toEqual({ file: openNativeHelper((file) => file), origin: "found" });
  });

  it("says what to install where there is no compiler", () => {
    process.env["PATH"] = emptyFolder();
    delete process.env["CXX"];
    expect(() => findCxxCompiler()).toThrow(
      expect.objectContaining({ code: "ERR_NATIVE_COMPILER_MISSING", message: expect.stringContaining("install") }),
    );
  });

  it("fetches no compiler where downloads are switched off, and says both", () => {
    process.env["PATH"] = emptyFolder();
    delete process.env["CXX"];
    process.env["VIVARIUM_NO_DOWNLOAD"] = "1";
    expect(() => provideNativeHelper({ force: true })).toThrow(
      expect.objectContaining({
        code: "ERR_NATIVE_COMPILER_MISSING",
        message: expect.stringMatching(/install[\s\S]*(?:VIVARIUM_NO_DOWNLOAD is set|npm has no compiler)/),
      }),
    );
  });

  it("takes the compiler that CXX names, arguments and all", () => {
    process.env["CXX"] = "ccache clang++";
    expect(findCxxCompiler()).toEqual({ command: "ccache", leading: ["clang++"], trailing: [] });
  });

  it("shows the words of a compiler that refuses, and leaves the helper that was there", () => {
    const helper = openNativeHelper((file) => file);
    const options = { compiler: findCxxCompiler(), headers: locateNodeHeaders(), flags: ["--no-such-flag"] };
    expect(() => buildNativeHelper(options)).toThrow(
      expect.objectContaining({ code: "ERR_NATIVE_BUILD_FAILED", message: expect.stringContaining("no-such-flag") }),
    );
    expect(existsSync(helper)).toBe(true);
  });

  it("refuses a compiler whose product does not load", () => {
    const script = 'while [ "$1" != "-o" ]; do shift; done; echo "no library" > "$2"';
    const compiler = { command: "sh", leading: ["-c", script, "compiler"], trailing: [] };
    expect(() => buildNativeHelper({ compiler, headers: locateNodeHeaders() })).toThrow(
      expect.objectContaining({ code: "ERR_NATIVE_BUILD_FAILED", message: expect.stringContaining("does not load") }),
    );
  });

  it("finds the headers of the Node that runs", () => {
    expect(locateNodeHeaders()).toContain("include");
  });
});
