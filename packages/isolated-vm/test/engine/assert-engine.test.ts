import { describe, expect, test } from "vitest";
import { assertIsolatedVm, assertNodeLine, assertNoPermissionModel } from "../../src/engine/assert-engine.ts";
import { isAtLeast, locateIsolatedVm } from "../../src/engine/isolated-vm-binary.ts";

describe("the machine that guests run on", () => {
  test("has a Node line that guests have been run with", () => {
    for (const version of ["24.20.0", "24.21.0", "24.100.0", process.versions.node]) {
      expect(() => assertNodeLine(version)).not.toThrow();
    }
    for (const version of ["20.19.0", "24.0.0", "24.19.0", "23.1.0", "25.0.0", "26.10.0", "2.4.0"]) {
      expect(() => assertNodeLine(version)).toThrow(
        expect.objectContaining({
          code: "ERR_UNSUPPORTED_PLATFORM",
          message: expect.stringContaining(`Node ${version}`),
        }),
      );
    }
  });

  test("has no permission model of Node's", () => {
    expect(() => assertNoPermissionModel(process.permission)).not.toThrow();
    expect(() => assertNoPermissionModel({ has: () => true })).toThrow(
      expect.objectContaining({ code: "ERR_UNSUPPORTED_PLATFORM", message: expect.stringContaining("--permission") }),
    );
  });

  test("has an isolated-vm that is new enough and fits", () => {
    const installation = assertIsolatedVm(locateIsolatedVm);
    expect(installation.binaries.length).toBeGreaterThan(0);
  });

  test.each(["6.1.9", "7.0.0", "7.0.1-rc.1", "nonsense", "undefined"])("refuses isolated-vm %s", (version) => {
    expect(() => assertIsolatedVm(() => ({ version, binaries: ["/x.node"] }))).toThrow(
      expect.objectContaining({ code: "ERR_ISOLATED_VM_VERSION", message: expect.stringContaining(version) }),
    );
  });

  test("refuses an isolated-vm that is missing, and one without a binary", () => {
    const missing = (): never => {
      throw new Error("MODULE_NOT_FOUND");
    };
    const wanted = expect.objectContaining({ code: "ERR_ISOLATED_VM_VERSION" });
    expect(() => assertIsolatedVm(missing)).toThrow(wanted);
    expect(() => assertIsolatedVm(() => ({ version: "7.0.1", binaries: [] }))).toThrow(wanted);
  });

  test("compares versions number by number", () => {
    expect(isAtLeast("7.0.10", "7.0.9")).toBe(true);
    expect(isAtLeast("10.0.0", "7.0.1")).toBe(true);
    expect(isAtLeast("6.99.99", "7.0.1")).toBe(false);
  });
});
