import { expect, test } from "vitest";
import { readNodeArguments, readNodeVariables } from "../src/children/node-arguments.ts";

test("a script and what follows it are read as Node reads them", () => {
  expect(readNodeArguments(["--no-warnings", "-r", "./a.js", "--require=b", "x.js", "-e", "1"])).toMatchObject({
    entry: "file",
    script: "x.js",
    argv: ["-e", "1"],
    execArgv: ["--no-warnings", "-r", "./a.js", "--require=b"],
    options: { "--warnings": false, "--require": ["./a.js", "b"] },
  });
  expect(readNodeArguments(["--", "-x.js", "a"])).toMatchObject({ entry: "file", script: "-x.js", argv: ["a"] });
  expect(readNodeArguments(["--max-old-space-size=100", "x"])).toMatchObject({ script: "x", options: {} });
});

test("code is an option's, and all that follows is the program's", () => {
  expect(readNodeArguments(["-e", "code", "a"])).toMatchObject({
    entry: "eval",
    argv: ["a"],
    options: { "--eval": "code" },
  });
  expect(readNodeArguments(["-pe", "1"])).toMatchObject({ options: { "--eval": "1", "--print": true } });
  expect(readNodeArguments(["--eval=a=b"])).toMatchObject({ options: { "--eval": "a=b", "--print": false } });
  expect(readNodeArguments(["-e"])).toEqual({ problem: "node: -e requires an argument" });
});

test("variables stand for options as they do for Node", () => {
  expect(readNodeArguments(["--disable-warning=DEP1", "--disable-warning", "DEP2", "x"])).toMatchObject({
    options: { "--disable-warning": ["DEP1", "DEP2"] },
  });
  const env = {
    NODE_REDIRECT_WARNINGS: "/w.txt",
    NODE_PENDING_DEPRECATION: "1",
    NODE_PRESERVE_SYMLINKS: "yes",
    OTHER: "1",
  };
  expect({ ...readNodeVariables(env) }).toEqual({ "--redirect-warnings": "/w.txt", "--pending-deprecation": true });
  expect({ ...readNodeVariables({ NODE_REDIRECT_WARNINGS: "" }) }).toEqual({});
});

test("without either, the program is standard input", () => {
  expect(readNodeArguments([])).toMatchObject({ entry: "stdin", argv: [] });
  expect(readNodeArguments(["-", "a"])).toMatchObject({ entry: "stdin", argv: ["-", "a"] });
});

test.each([
  "--inspect",
  "--expose-internals",
  "--permission",
  "--allow-natives-syntax",
  "--no-such-thing",
  "--__proto__",
  "-x",
])("%s is a bad option", (option) => {
  expect(readNodeArguments([option, "x.js"])).toEqual({ problem: `node: bad option: ${option}` });
});
