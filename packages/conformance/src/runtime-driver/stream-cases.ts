import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

async function* chunksOf(...chunks: ReadonlyArray<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  for (const chunk of chunks) {
    await sleep(1);
    yield chunk;
  }
}

const echo = "process.stdin.on('data', (chunk) => process.stdout.write(chunk)).on('end', () => console.log('|end'));";

/** Standard streams, arguments and environment. */
export const streamCases: readonly RuntimeDriverCase[] = [
  {
    name: "output arrives in the order in which it was written, both channels together",
    async run({ exec }) {
      const { output } = await exec(
        "for (let i = 0; i < 100; i += 1) { console.log('out', i); console.error('err', i); }",
      );
      const expected = Array.from({ length: 100 }, (_, index) => `out ${index}\nerr ${index}\n`).join("");
      expect(output.map(({ message }) => message).join("")).toBe(expected);
      for (const { channel, message } of output) {
        expect(message).toMatch(channel === "stdout" ? /^(?:out \d+\n)*$/ : /^(?:err \d+\n)*$/);
      }
    },
  },
  {
    name: "output is not lost, however much it is, and however the program ends",
    async run({ exec }) {
      const write = "for (let i = 0; i < 8_000; i += 1) console.log('line', i);";
      const expected = Array.from({ length: 8_000 }, (_, index) => `line ${index}\n`).join("");
      for (const end of [
        "",
        "process.exit(2);",
        "throw new Error('at the end');",
        "setTimeout(() => process.exit(2), 1);",
      ]) {
        const { stdout } = await exec(write + end);
        expect(stdout.length, end).toBe(expected.length);
        expect(stdout === expected, end).toBe(true);
      }
    },
  },
  {
    name: "a write to a stream that the program has closed fails",
    async run({ exec }) {
      const { stdout, stderr } = await exec(`
        const fs = require("node:fs");
        console.log("before");
        fs.closeSync(1);
        try { fs.writeSync(1, "nowhere"); } catch (error) { console.error(error.code); }`);
      expect({ stdout, stderr }).toEqual({ stdout: "before\n", stderr: "EBADF\n" });
    },
  },
  {
    name: "output is decoded as UTF-8 across the borders of writes",
    async run({ exec }) {
      const { stdout } = await exec(`
        const bytes = Buffer.from("é👋日本");
        for (const byte of bytes) process.stdout.write(Buffer.of(byte));`);
      expect(stdout).toBe("é👋日本");
    },
  },
  {
    name: "a listener that takes its time is called once at a time, and all is told before the run is over",
    async run({ exec }) {
      let busy = 0;
      let most = 0;
      let told = "";
      const { outcome } = await exec("for (let i = 0; i < 10; i += 1) { console.log(i); console.error(i); }", {
        onStdio: async ({ message }) => {
          busy += 1;
          most = Math.max(most, busy);
          await sleep(5);
          told += message;
          busy -= 1;
        },
      });
      expect(outcome.kind).toBe("returned");
      expect(most).toBe(1);
      expect(told).toBe(Array.from({ length: 10 }, (_, index) => `${index}\n${index}\n`).join(""));
    },
  },
  {
    name: "a listener that throws or rejects fails no run",
    async run({ exec }) {
      for (const onStdio of [
        (): never => {
          throw new Error("listener");
        },
        (): Promise<void> => Promise.reject(new Error("listener")),
      ]) {
        const { outcome } = await exec("console.log(1); console.log(2);", { onStdio });
        expect(outcome.kind).toBe("returned");
      }
    },
  },
  {
    name: "standard input gives what it was given, text or bytes, at once or by and by",
    async run({ exec }) {
      expect((await exec(echo)).stdout).toBe("|end\n");
      expect((await exec(echo, { stdin: "naïve 👋" })).stdout).toBe("naïve 👋|end\n");
      expect((await exec(echo, { stdin: new TextEncoder().encode("bytes") })).stdout).toBe("bytes|end\n");
      const stdin = chunksOf("one ", new TextEncoder().encode("two "), "three");
      expect((await exec(echo, { stdin })).stdout).toBe("one two three|end\n");
    },
  },
  {
    name: "a program that reads no input ends all the same",
    async run({ exec }) {
      expect((await exec("1", { stdin: "unread" })).outcome).toEqual({ kind: "returned", code: 0 });
      expect((await exec("1", { stdin: chunksOf("never", "read") })).outcome).toEqual({ kind: "returned", code: 0 });
    },
  },
  {
    name: "a program sees its arguments, its path and its working directory",
    async run({ exportsOf }) {
      const code = "module.exports = { argv: process.argv.slice(1), cwd: process.cwd(), file: __filename };";
      const own = { argv: ["one", "--two"], cwd: "/workspace", filePath: "/workspace/entry.js" };
      expect(await exportsOf(code, own)).toEqual({
        argv: ["/workspace/entry.js", "one", "--two"],
        cwd: "/workspace",
        file: "/workspace/entry.js",
      });
    },
  },
];
