import { statSync } from "node:fs";
import { getSystemErrorMap } from "node:util";
import { describe, expect, it } from "vitest";
import {
  createFileSystemError,
  errnoCodeOf,
  errnoCodeOfError,
  errnoOf,
  errnoTable,
  FileSystemError,
  isErrnoCode,
} from "../../src/index.ts";

describe("errnoTable", () => {
  it.runIf(process.platform === "linux")("says what this Node says on Linux, word for word", () => {
    const told = [...getSystemErrorMap()].map(([errno, [code, message]]) => [code, { errno, message }] as const);
    expect(errnoTable).toEqual(Object.fromEntries(told));
  });

  it("translates names and numbers both ways", () => {
    expect(errnoOf("ENOENT")).toBe(-2);
    expect(errnoCodeOf(-13)).toBe("EACCES");
    expect(errnoCodeOf(13)).toBeUndefined();
    expect(isErrnoCode("EACCES")).toBe(true);
    expect(isErrnoCode("toString")).toBe(false);
    expect(isErrnoCode(-13)).toBe(false);
  });
});

describe("createFileSystemError()", () => {
  it("makes the error that Node itself makes", () => {
    let real: Partial<FileSystemError> = {};
    try {
      statSync("/no/such/file");
    } catch (error) {
      real = error as FileSystemError;
    }
    const made = createFileSystemError("ENOENT", { syscall: "stat", path: "/no/such/file" });
    expect(made).toBeInstanceOf(FileSystemError);
    expect({ ...made }).toEqual({ ...real });
    expect([made.name, made.message]).toEqual([real.name, real.message]);
  });

  it("names both paths and the reason of a denial", () => {
    const cause = new Error("x");
    const error = createFileSystemError("EACCES", {
      syscall: "rename",
      path: "/a",
      dest: "/b",
      reason: "read only",
      cause,
    });
    expect(error.message).toBe("EACCES: permission denied, rename '/a' -> '/b' (read only)");
    expect(error.reason).toBe("read only");
    expect(error.cause).toBe(cause);
  });

  it("has only the properties that it was given", () => {
    expect(Object.keys(createFileSystemError("EIO")).sort()).toEqual(["code", "errno"]);
    expect(createFileSystemError("EIO").message).toBe("EIO: i/o error");
    expect(createFileSystemError("EIO", { path: "/a" }).message).toBe("EIO: i/o error, '/a'");
  });
});

describe("errnoCodeOfError()", () => {
  it("takes a known POSIX name from any error", () => {
    expect(errnoCodeOfError(Object.assign(new Error("x"), { code: "ENOSPC" }))).toBe("ENOSPC");
    expect(errnoCodeOfError({ code: "EXDEV" })).toBe("EXDEV");
  });

  it("answers undefined for anything else, and never throws", () => {
    const trap = {
      get code(): never {
        throw new Error("ran");
      },
    };
    const values = [undefined, null, "ENOENT", {}, { code: "ENOPE" }, { code: -2 }, { code: "constructor" }, trap];
    expect(values.map(errnoCodeOfError)).toEqual(values.map(() => undefined));
  });
});
