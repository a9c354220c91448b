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

test("Node's test runner, its check of syntax and its watch are told apart as Node does", () => {
  expect(readNodeArguments(["--test", "--test-reporter=tap", "a.js", "b.js"])).toMatchObject({
    entry: "test",
    argv: ["a.js", "b.js"],
    options: { "--test": true, "--test-reporter": ["tap"] },
  });
  expect(readNodeArguments(["-c", "a.js", "b"])).toMatchObject({ entry: "check", argv: ["a.js", "b"] });
  expect(readNodeArguments(["--test", "--watch"])).toMatchObject({ entry: "test" });
  expect(readNodeArguments(["-i"])).toMatchObject({ entry: "repl" });
  expect(readNodeArguments(["-i", "a.js"])).toMatchObject({ entry: "file", script: "a.js" });
  expect(readNodeArguments(["--watch", "a.js"])).toMatchObject({ entry: "watch", argv: ["a.js"] });
  expect(readNodeArguments(["--version"])).toMatchObject({ entry: "eval", options: { "--eval": "process.version" } });
});

test("numbers, lists and implied options are read as Node reads them", () => {
  expect(readNodeArguments(["--test-timeout", "10", "--test_random_seed=7x", "--test"])).toMatchObject({
    options: { "--test-timeout": 10, "--test-random-seed": 7, "[has_test_random_seed]": true },
  });
  expect(readNodeArguments(["--stack-trace-limit=50", "--unhandled-rejections=strict", "x.js"])).toMatchObject({
    options: { "--stack-trace-limit": 50, "--unhandled-rejections": "strict" },
  });
  expect(readNodeArguments(["--no-experimental-strip-types", "x.js"])).toMatchObject({
    options: { "--strip-types": false },
  });
});

test.each([
  [["--check", "-e", "1"], "either --check or --eval can be used, not both"],
  [["--test", "-p", "1"], "either --test or --eval can be used, not both"],
  [["--test-reporter"], "--test-reporter requires an argument"],
  [["--unhandled-rejections=most", "x.js"], "invalid value for --unhandled-rejections"],
  [["--import", "--test"], "--import requires an argument"],
  [["--use-bundled-ca", "--use-openssl-ca"], "either --use-openssl-ca or --use-bundled-ca can be used, not both"],
  [["--tls-min-v1.3", "--tls-max-v1.2"], "either --tls-min-v1.3 or --tls-max-v1.2 can be used, not both"],
  [["--no-test-timeout"], "--no-test-timeout is an invalid negation because it is not a boolean option"],
])("%j is refused in Node's words", (args, problem) => {
  expect(readNodeArguments(args, { name: "/bin/node" })).toEqual({ problem: `/bin/node: ${problem}` });
});

test("Node's inside is opened where the host has opened it to who asks, and nowhere else", () => {
  expect(readNodeArguments(["--expose_internals", "x.js"], { opensInternals: true })).toMatchObject({
    script: "x.js",
    options: { "--expose-internals": true },
  });
  expect(readNodeArguments(["--expose-internals", "x.js"], { opensInternals: false })).toHaveProperty("problem");
});

test("NODE_OPTIONS is read before the command line, which counts for more", () => {
  expect(
    readNodeArguments(["-r", "./b.js", "x.js"], { variable: ' -r "./a \\"b\\".js"  --no_warnings ' }),
  ).toMatchObject({
    options: { "--require": ['./a "b".js', "./b.js"], "--warnings": false },
    execArgv: ["-r", "./b.js"],
  });
  expect(readNodeArguments(["--warnings", "x.js"], { variable: "--no-warnings" })).toMatchObject({
    options: { "--warnings": true },
  });
});

test.each([
  "--eval=1",
  "-e",
  "-pe",
  "--check",
  "-i",
  "--expose_internals",
  "--",
  "-",
  "file.js",
  "--test",
  "--no-such-thing",
])("%s is not allowed in NODE_OPTIONS", (word) => {
  expect(readNodeArguments(["x.js"], { variable: word })).toEqual({
    problem: `node: ${word} is not allowed in NODE_OPTIONS`,
  });
});

test("what is wrong with NODE_OPTIONS itself is told as Node does", () => {
  expect(readNodeArguments([], { variable: '-r "a' })).toEqual({
    problem: "node: invalid value for NODE_OPTIONS (unterminated string)",
  });
  expect(readNodeArguments([], { variable: '"a\\' })).toEqual({
    problem: "node: invalid value for NODE_OPTIONS (invalid escape)",
  });
  expect(readNodeArguments([], { variable: "--require" })).toEqual({ problem: "node: --require requires an argument" });
});
