import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { buildNativeHelper } from "../../src/native/build-native-helper.ts";
import { findCxxCompiler } from "../../src/native/cxx-compiler.ts";
import { locateNativeHelper } from "../../src/native/locate-native-helper.ts";
import { locateNodeHeaders } from "../../src/native/node-headers.ts";

const { PATH, CXX } = process.env;
afterEach(() => {
  process.env["PATH"] = PATH;
  if (CXX === undefined) delete process.env["CXX"];
  else process.env["CXX"] = CXX;
});

describe("building the helper", () => {
  it("compiles nothing when the file is newer than its sources", () => {
    expect(buildNativeHelper()).toEqual({ file: locateNativeHelper(), compiled: false });
  });

  it("says what to install where there is no compiler", () => {
    const empty = mkdtempSync(join(tmpdir(), "vivarium-path-"));
    process.env["PATH"] = empty;
    delete process.env["CXX"];
    try {
      expect(() => findCxxCompiler()).toThrow(
        expect.objectContaining({ code: "ERR_NATIVE_COMPILER_MISSING", message: expect.stringContaining("install") }),
      );
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it("takes the compiler that CXX names, arguments and all", () => {
    process.env["CXX"] = "ccache clang++";
    expect(findCxxCompiler()).toEqual({ command: "ccache", leading: ["clang++"], trailing: [] });
  });

  it("shows the words of a compiler that refuses", () => {
    expect(() => buildNativeHelper({ force: true, name: "refused.node", flags: ["--no-such-flag"] })).toThrow(
      expect.objectContaining({ code: "ERR_NATIVE_BUILD_FAILED", message: expect.stringContaining("no-such-flag") }),
    );
  });

  it("finds the headers of the Node that runs", () => {
    expect(locateNodeHeaders()).toContain("include");
  });
});
