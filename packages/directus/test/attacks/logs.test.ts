import { Console } from "node:console";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { carefulLogger } from "../../src/host/careful-logger.ts";
import { printable } from "../../src/host/printable.ts";
import { rationedLogger } from "../../src/host/rationed-logger.ts";
import { ExtensionError } from "../../src/index.ts";
import { hostUnderTest, lineOf } from "../support/extension-host.ts";

const it = hostUnderTest(() => ({ limits: { cpuTimeMs: 5000 } }));

/** What a console writes, and a logger that writes to it. */
function written(): readonly [string[], Console] {
  const chunks: string[] = [];
  const write = (chunk: unknown, _encoding: string, done: () => void): void => {
    chunks.push(String(chunk));
    done();
  };
  const stream = new Writable({ write });
  return [chunks, new Console({ stdout: stream, stderr: stream })];
}

describe("a line of a stranger's", () => {
  test("commands no terminal, is not read backwards, and begins no other line", () => {
    expect(printable("\x1b[2J\x9b1m\r\u202eabc\u2066")).toBe("\\x1b[2J\\x9b1m\\x0d\\u202eabc\\u2066");
    expect(printable("a\nERROR b\r\nc\u2028d\te")).toBe("a\n  ERROR b\n  c\n  d\te");
  });

  test("is no longer than is read", async () => {
    await it.operate(`() => log("x".repeat(1e6))`, { log: {} });
    expect((await lineOf(it.lines, /^xxx/)).message).toMatch(/^x{8192}… \(991808 characters more\)$/);
  });

  test("is no format that hides of whom it is", () => {
    const [chunks, console] = written();
    carefulLogger(console).info("%s %o 100%", { extension: "mine" });
    expect(chunks.join("")).toBe("%s %o 100% { extension: 'mine' }\n");
  });

  test("is left out beyond so many, which is told once", () => {
    const lines: string[] = [];
    const write = (message: string): void => void lines.push(message);
    let time = 0;
    const logger = rationedLogger({ info: write, warn: write }, () => time);
    for (let index = 0; index < 5000; index += 1) logger.info("x", { extension: "e" });
    expect([lines.length, lines.at(-1)]).toEqual([1001, `Extension "e" logs too much: lines are left out`]);
    time = 1000;
    for (let index = 0; index < 5000; index += 1) logger.info("x", { extension: "e" });
    expect(lines).toHaveLength(1101);
    // Half of what may come at once has not come: it was quiet.
    time = 10_000;
    for (let index = 0; index < 5000; index += 1) logger.info("x", { extension: "e" });
    expect([lines.length, lines.at(-1)]).toEqual([1101 + 901, `Extension "e" logs too much: lines are left out`]);
  });
});

describe("an error of a stranger's", () => {
  test("is logged by its words alone, and they command no terminal", async () => {
    await it.load(
      "endpoint",
      `export default ({ get }) => { get("/x", () => {
        let twice = "x"; for (let level = 0; level < 40; level += 1) twice = [twice, twice];
        throw Object.assign(new TypeError("\\x1b[2J", { cause: new Error("\\x1b[1m") }), { code: "\\x1b", twice, extensions: { a: 1 } }); }); };`,
    );
    await it.get("/my-endpoint/x");
    const { error } = await lineOf(it.lines, /could not answer/);
    expect(error).toMatchObject({ name: "TypeError", message: "\\x1b[2J", code: "\\x1b" });
    const { stack, cause } = error as Error;
    expect([stack, (cause as Error).message, (cause as Error).stack].join("")).not.toContain("\x1b");
    expect(Object.keys(error as object)).not.toContain("twice");
  });

  test("of this package keeps its class and code", () => {
    const told: unknown[] = [];
    const keep = (_message: string, { error }: { error?: unknown }): void => void told.push(error);
    const error = new ExtensionError("ERR_EXTENSION_LOAD", "\x07", { extension: "\x07" });
    carefulLogger({ info: keep, warn: keep }).warn("", { extension: "x", error });
    expect(told[0]).toBeInstanceOf(ExtensionError);
    expect(told[0]).toMatchObject({ code: "ERR_EXTENSION_LOAD", message: "\\x07", extension: "\\x07" });
  });

  test("has no prototype and no headers of its own making", async () => {
    const thrown = await it.thrownBy(
      `() => { throw JSON.parse('{"message":"m","status":404,"headers":{"set-cookie":"a"},"stack":"s","then":1,"__proto__":{"polluted":1}}'); }`,
    );
    expect(Object.getPrototypeOf(thrown)).toBe(Error.prototype);
    expect(Object.keys(thrown as object)).toEqual(["status"]);
    const error = await it.thrownBy(
      `() => { throw Object.assign(new RangeError("m"), { code: "C", headers: { a: "b" } }); }`,
    );
    expect(Object.keys(error as object)).toEqual(["code"]);
    expect(error).toBeInstanceOf(RangeError);
  });

  test("that cannot be copied is told by its words", async () => {
    for (const [code, expected] of [
      [`Object.assign(new TypeError("m"), { toJSON() {} })`, { name: "TypeError", message: "m" }],
      ["Symbol('s')", { name: "Error", message: "Symbol(s)" }],
    ] as const)
      expect(await it.thrownBy(`() => { throw ${code}; }`)).toMatchObject(expected);
  });
});

test("an answer is no generator, which would be one of the guest's", async () => {
  expect(await it.thrownBy(`() => (async function* () { yield 1; })()`)).toMatchObject({
    name: "TypeError",
    message: expect.stringContaining("could not be cloned"),
  });
});
