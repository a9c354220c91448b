import { describe, expect, it } from "vitest";
import { readTestDirectives } from "../src/test-directives.ts";

describe("readTestDirectives", () => {
  it("keeps flags as written and names options canonically", () => {
    const directives = readTestDirectives(
      "// Flags: --expose_internals --no-warnings --stack-size=100 --unhandled-rejections=none\n'use strict';\n",
    );
    expect(directives.flags).toEqual([
      "--expose_internals",
      "--no-warnings",
      "--stack-size=100",
      "--unhandled-rejections=none",
    ]);
    expect(directives.options).toEqual({
      "--expose-internals": true,
      "--warnings": false,
      "--stack-size": 100,
      "--unhandled-rejections": "none",
    });
  });

  it("gathers repeated list options and several lines of flags", () => {
    const directives = readTestDirectives("// Flags: --require ./a.js --require=b\n// Flags: --import=c\n");
    expect(directives.options["--import"]).toEqual(["c"]);
    expect(directives.options["--require"]).toEqual(["./a.js", "b"]);
  });

  it("keeps flags of V8 apart from options of Node, and knows options by their later names", () => {
    const directives = readTestDirectives(
      "// Flags: --expose-gc --allow_natives_syntax --no-experimental-require-module\n",
    );
    expect(directives.engineFlags).toEqual(["--expose-gc", "--allow_natives_syntax"]);
    expect(directives.options).toEqual({ "--experimental-require-module": false, "--require-module": false });
  });

  it("reads variables of the environment", () => {
    expect(readTestDirectives("// Env: A=1 B=x=y\n").env).toEqual({ A: "1", B: "x=y" });
  });

  it("finds nothing in a program without directives", () => {
    expect(readTestDirectives("// Flags are not given here\n")).toEqual({
      flags: [],
      engineFlags: [],
      options: {},
      env: {},
    });
  });
});
