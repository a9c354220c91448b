import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { describeValue, type ErrorCode, errorCodes, isVivariumError, quote, VivariumError } from "../../src/index.ts";

describe("VivariumError", () => {
  it("carries code, blame, cause and a message that states the wanted and the actual state", () => {
    const cause = new Error("beneath");
    const error = new VivariumError(
      "ERR_INVALID_OPTION",
      { option: "filePath", wanted: "an absolute path", actual: "a.js" },
      { cause },
    );
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("VivariumError");
    expect(error.code).toBe("ERR_INVALID_OPTION");
    expect(error.blame).toBe("embedder");
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('Cannot use option "filePath": expected an absolute path, got "a.js"');
  });

  it("has no cause when none is given", () => {
    expect("cause" in new VivariumError("ERR_DISPOSED", { what: "the runtime" })).toBe(false);
  });

  it("prints its name and code, and not its brand", () => {
    const text = inspect(new VivariumError("ERR_DISPOSED", { what: "the runtime" }));
    expect(text).toMatch(/^VivariumError: Cannot use the runtime: it has been disposed of/);
    expect(text).toContain("ERR_DISPOSED");
    expect(text).not.toContain("Symbol(");
  });

  it("names the known options when one is unknown", () => {
    const { message } = new VivariumError("ERR_UNKNOWN_OPTION", {
      option: "timeout",
      where: "run()",
      known: ["cwd", "env"],
    });
    expect(message).toBe('Cannot use option "timeout" of run(): there is no such option (known: cwd, env)');
  });

  it("appends an alternative to an unsupported capability only when there is one", () => {
    const detail = { driver: "plain", capability: "fs.watch()" };
    expect(new VivariumError("ERR_UNSUPPORTED_CAPABILITY", detail).message).toBe(
      'Cannot use fs.watch(): "plain" does not support it',
    );
    expect(new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { ...detail, alternative: "poll" }).message).toBe(
      'Cannot use fs.watch(): "plain" does not support it; poll',
    );
  });
});

describe("isVivariumError()", () => {
  it("knows errors of another copy of the package by their brand", () => {
    const foreign = Object.assign(new Error("x"), { code: "ERR_DISPOSED", [Symbol.for("vivarium.error")]: true });
    expect(isVivariumError(foreign)).toBe(true);
    expect(isVivariumError(foreign, "ERR_DISPOSED")).toBe(true);
    expect(isVivariumError(foreign, "ERR_PROTOCOL")).toBe(false);
  });

  it("answers false for whatever else, and never throws", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const values = [undefined, null, 1, "x", {}, new Error("x"), Object.create(null), () => 1, proxy];
    expect(values.map((value) => isVivariumError(value))).toEqual(values.map(() => false));
  });
});

describe("errorCodes", () => {
  const anyDetail = {
    option: "o",
    name: "n",
    where: "w",
    known: ["k"],
    wanted: "w",
    actual: 1,
    limit: "l",
    part: "p",
    permission: "p",
    problem: "p",
    driver: "d",
    what: "w",
    capability: "c",
    request: "r",
    call: "fs.write",
    method: "m",
    offset: 1,
    module: "m",
    function: "f",
    channel: "stdout" as const,
  };

  it("words every message as one capitalised line without a full stop", () => {
    const codes = Object.keys(errorCodes) as ErrorCode[];
    expect(codes.length).toBeGreaterThan(16);
    for (const code of codes) {
      const message = (errorCodes[code].message as (detail: typeof anyDetail) => string)(anyDetail);
      expect(message, code).toMatch(/^[A-Z][^\n]*[^.\n]$/);
      expect(message, code).not.toContain("undefined");
      expect(code).toMatch(/^ERR_[A-Z_]+$/);
    }
  });
});

describe("ERR_CHECK_ANSWER", () => {
  it.each<[unknown, string]>([
    [{ allow: "yes" }, '{ allow: "yes" }'],
    ["yes", '"yes"'],
    [{ permitted: true }, "an object"],
    [Object.create({ allow: 1 }), "an object"],
  ])("says what a check answered instead: %j", (answer, told) => {
    const { message } = new VivariumError("ERR_CHECK_ANSWER", { request: "read", actual: answer });
    expect(message).toBe(
      `Denied read: expected the permission check to answer a boolean or { allow: boolean }, got ${told}`,
    );
  });
});

describe("describeValue()", () => {
  it("names bytes, whatever they say that they are", () => {
    const lying = Object.defineProperty(new Float64Array(1), Symbol.toStringTag, { value: "Uint8Array" });
    const described = [Buffer.from("x"), lying, new DataView(new ArrayBuffer(1))].map(describeValue);
    expect(described).toEqual(["a Uint8Array", "a Float64Array", "a DataView"]);
  });

  it("names the kind of what it cannot quote, and runs no code of it", () => {
    const trap = {
      get toString(): never {
        throw new Error("ran");
      },
    };
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const described = [undefined, null, -0, Number.NaN, 5n, true, () => 1, Symbol("s"), [1], {}, trap, proxy].map(
      describeValue,
    );
    expect(described).toEqual([
      "undefined",
      "null",
      "-0",
      "NaN",
      "a bigint",
      "true",
      "a function",
      "a symbol",
      "an array",
      "an object",
      "an object",
      "an object",
    ]);
  });

  it("keeps strings on one line and cuts long ones", () => {
    expect(describeValue("a\nb")).toBe('"a\\nb"');
    expect(quote("x".repeat(1000))).toBe(`"${"x".repeat(80)}"… (1000 characters)`);
  });
});
