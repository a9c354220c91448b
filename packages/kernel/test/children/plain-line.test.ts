// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are lines for a shell
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { plainLineOf, readPlainLine } from "../../src/children/plain-line.ts";

const given = { A: "one", B: "two words", STAR: "*", EMPTY: "", FILE: "/tmp/x y.js", NODE: "/usr/local/bin/node" };
const words = (line: string, variables: Readonly<Record<string, string>> = given) =>
  readPlainLine(line, variables)?.words;

describe("A line that is nothing but a command", () => {
  test.each([
    ["git status", ["git", "status"]],
    ["  node\t./a.js  --x=1 ", ["node", "./a.js", "--x=1"]],
    [`"$NODE" "\${FILE}" -e "process.exit(1)"`, ["/usr/local/bin/node", "/tmp/x y.js", "-e", "process.exit(1)"]],
    [`node -p 'a "b" $A \\'`, ["node", "-p", 'a "b" $A \\']],
    [`x a\\ b "c\\"d\\$A\\n" ''"" e''f`, ["x", "a b", 'c"d$A\\n', "", "ef"]],
    ["x $A/${A}s", ["x", "one/ones"]],
    [`x "a\nb; c | d > e & f * ~ # ! (g)"`, ["x", "a\nb; c | d > e & f * ~ # ! (g)"]],
    ["echo hello world", ["echo", "hello", "world"]],
  ])("is read as a shell reads it: %j", (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  test("is what the default shell is given, and nothing else", () => {
    const wish = (file: string, ...args: readonly string[]) => plainLineOf({ file, args, env: ["A=1", "A=2"] })?.words;
    expect(wish("/bin/sh", "/bin/sh", "-c", "x $A")).toEqual(["x", "2"]);
    expect(wish("sh", "sh", "-c", "x")).toEqual(["x"]);
    expect(wish("/bin/sh", "harmless", "-c", "x")).toBeUndefined();
    expect(wish("/bin/sh", "/bin/sh", "-c", "x", "y")).toBeUndefined();
    expect(wish("/bin/sh", "/bin/sh", "-ec", "x")).toBeUndefined();
    expect(wish("/bin/sh", "/bin/sh", "x")).toBeUndefined();
    expect(wish("/bin/sh", "/bin/sh", "-c")).toBeUndefined();
    expect(wish("/bin/bash", "/bin/bash", "-c", "x")).toBeUndefined();
  });
});

describe("A shell is asked for", () => {
  test.each([
    ...["x;y", "x&", "x&&y", "x|y", "x>y", "x<y", "x\ny", "x\n", "x\ry", "(x)", "{ x; }", "x {a,b}", "x #y"],
    ...["x *", "x ?", "x [a]", "x ~", "x a:~", "! x", "x !y", "x ^y", "x `y`", 'x "`y`"', "A=1 x", "A+=1 x", "=x"],
    ...[
      "x $(y)",
      'x "$(y)"',
      "x $((1))",
      "x $1",
      "x $?",
      "x $$",
      "x $@",
      "x $",
      'x "$"',
      "x $'y'",
      'x $"y"',
      "x ${A",
      "x ${A}}",
    ],
    ...["x ${A:-y}", "x ${#A}", 'x "${A%e}"', "x ${!A}", "x $MISSING", 'x "$MISSING"', "x $__proto__", "x $toString"],
    ...[
      "x 'y",
      'x "y',
      "x y\\",
      'x "y\\',
      "x \\\ny",
      'x "\\\ny"',
      "x\u00a0y",
      "x\u2028y",
      "x\u3000y",
      "x\vy",
      "x\fy",
      "x\0y",
    ],
    ...["x $B", "x $STAR", "x $EMPTY", "$B", 'x "$PWD"', 'x "$IFS"', "x $RANDOM", 'x "$_"', 'x "$BASH_VERSION"'],
    ...["-c x", "-x", "+x", "--help", "", " ", "''", '"$EMPTY"'],
    ...[
      "cd /",
      "exit 1",
      "exec x",
      "eval x",
      ". x",
      ": x",
      "export A",
      "set -e",
      "'cd' /",
      '"e"xit',
      "\\exec x",
      "command x",
    ],
    ...["if x", "while x", "time x", "kill 1", "printf x", "echo -n x", "echo 'a\\nb'", "pwd -P", "read A", "alias x"],
  ])("in case of doubt: %j", (line) => {
    const variables = { ...given, PWD: "/", IFS: "x", RANDOM: "1", _: "/x", BASH_VERSION: "5" };
    expect(words(line)).toBeUndefined();
    expect(words(line, variables)).toBeUndefined();
  });

  test("where IFS might divide a variable, and where values would make a line long", () => {
    expect(words("x $A", { ...given, IFS: "n" })).toBeUndefined();
    expect(words('x "$A"', { ...given, IFS: "n" })).toEqual(["x", "one"]);
    const LONG = "a".repeat(10_000);
    expect(words(`x "${"$LONG".repeat(6_000)}"`, { LONG })).toBeUndefined();
    expect(words(`x ${"a".repeat(40_000)}`)).toBeUndefined();
  });
});

test("Whatever is read from lines made at random, the machine's own shell reads too", () => {
  const pieces = [
    "a",
    "Z9",
    " ",
    "\t",
    "'",
    "'",
    '"',
    '"',
    "\\",
    "$A",
    "${A}",
    "$B",
    "$STAR",
    "$",
    "{",
    "}",
    "=",
    "-",
    "é",
  ];
  const more = [
    "*",
    "#",
    "!",
    "\n",
    ";",
    "~",
    "\u00a0",
    "%",
    ":",
    "@",
    ",",
    "\\\\",
    '\\"',
    "'a b'",
    '"$B"',
    "$IFS",
    "+",
  ];
  let seed = 20_261_122;
  const random = (most: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % most;
  };
  const all = [...pieces, ...pieces, ...more];
  const lines: string[] = [];
  const rounds = process.env["VIVARIUM_TEST_EVERYTHING"] === undefined ? 120 : 5_000;
  while (lines.length < rounds) {
    const line = Array.from({ length: 1 + random(9) }, () => all[random(all.length)]).join("");
    if (words(`x ${line}`) !== undefined) lines.push(line);
  }
  // Many in one call: each is a line of its own to the shell, which evaluates it.
  const script = `for line do eval "/usr/bin/printf '%s\\\\0' x $line"; /usr/bin/printf '\\001'; done`;
  const told = execFileSync("/bin/sh", ["-c", script, "sh", ...lines], { env: given, encoding: "utf8" });
  const read = told.split("\x01").slice(0, -1);
  expect(read).toEqual(lines.map((line) => `${words(`x ${line}`)?.join("\0")}\0`));
});
