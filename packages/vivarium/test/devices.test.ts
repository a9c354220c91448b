import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  allowAllFs,
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FileSystem,
  NodeFileSystem,
  NodeRuntime,
  type ProcessConfig,
} from "vivarium";

const factories = {
  process: createNodeRuntimeDriverFactory({ cells: "process" }),
  inline: createNodeRuntimeDriverFactory({ cells: "inline" }),
};

interface World {
  readonly cells: keyof typeof factories;
  readonly filesystem?: FileSystem;
  readonly permissions?: { readonly fs: ReturnType<typeof allowPaths> };
  readonly processConfig?: ProcessConfig;
}

interface Interaction {
  readonly stdin?: AsyncIterable<string>;
  readonly onOutput?: (message: string) => void;
}

/** What a program exports and prints in a world. */
async function run(
  { cells, filesystem, permissions, processConfig }: World,
  code: string,
  { stdin, onOutput = () => undefined }: Interaction = {},
): Promise<unknown> {
  const output = { stdout: "", stderr: "" };
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      ...(filesystem !== undefined && { filesystem }),
      ...(processConfig !== undefined && { processConfig }),
      permissions: permissions ?? allowAllFs,
    }),
    runtimeDriverFactory: factories[cells],
    onStdio: ({ channel, message }) => {
      output[channel] += message;
      onOutput(message);
    },
  });
  // A cell that has had a run may serve files from a replica in the next.
  for (let warmUp = 0; warmUp < 2; warmUp += 1) await runtime.run("0");
  const program = `const fs = require("node:fs");
    const codeOf = (act) => { try { return act(); } catch (error) { return error.code; } };
    ${code}`;
  const { exports, errorMessage, outcome } = await runtime.run(program, stdin === undefined ? {} : { stdin });
  return { exports: errorMessage ?? exports ?? outcome.kind, ...output };
}

const root = mkdtempSync(join(tmpdir(), "vivarium-devices-"));
afterAll(() => rmSync(root, { recursive: true }));

const worlds: readonly [name: string, world: () => World][] = [
  ["a process cell with a filesystem in memory", () => ({ cells: "process", filesystem: createInMemoryFileSystem() })],
  [
    "a process cell with a directory of the host",
    () => ({ cells: "process", filesystem: new NodeFileSystem({ root }) }),
  ],
  ["a process cell without a filesystem", () => ({ cells: "process" })],
  ["an inline cell", () => ({ cells: "inline", filesystem: createInMemoryFileSystem() })],
];

describe.each(worlds)("The devices of a guest in %s", (_name, world) => {
  it("give and take what those of Linux do", async () => {
    const told = await run(
      world(),
      `
      const read = (path, length) => {
        const fd = fs.openSync(path, "r");
        const buffer = Buffer.alloc(length, 1);
        const count = fs.readSync(fd, buffer, 0, length, null);
        fs.closeSync(fd);
        return buffer.subarray(0, count);
      };
      fs.writeFileSync("/dev/null", "gone");
      fs.appendFileSync("/dev/null", "gone");
      module.exports = {
        nothing: fs.readFileSync("/dev/null").length,
        nothingRead: read("/dev/null", 8).length,
        zeros: read("/dev/zero", 100_000).every((byte) => byte === 0),
        random: new Set(read("/dev/urandom", 4096)).size > 200,
        differs: !read("/dev/random", 16).equals(read("/dev/random", 16)),
        full: codeOf(() => fs.writeFileSync("/dev/full", "x")),
        endless: codeOf(() => fs.readFileSync("/dev/zero", "utf8")),
        tty: codeOf(() => fs.openSync("/dev/tty", "r")),
        truncated: codeOf(() => fs.truncateSync("/dev/null", 5)),
        copied: codeOf(() => fs.copyFileSync("/dev/zero", "/copy")),
        types: ["/dev/null", "/dev/fd/1", "/dev"].map((path) => {
          const stat = fs.statSync(path);
          return [stat.isCharacterDevice(), stat.isDirectory(), stat.isFile()];
        }),
        names: fs.readdirSync("/dev").sort(),
        root: fs.readdirSync("/"),
        missing: codeOf(() => fs.readFileSync("/dev/mem")),
        kept: [
          () => fs.unlinkSync("/dev/null"),
          () => fs.renameSync("/dev/null", "/null"),
          () => fs.rmdirSync("/dev"),
          () => fs.mkdirSync("/dev"),
          () => fs.symlinkSync("x", "/dev/null"),
        ].map(codeOf),
      };
    `,
    );
    expect(told).toEqual({
      exports: {
        nothing: 0,
        nothingRead: 0,
        zeros: true,
        random: true,
        differs: true,
        full: "ENOSPC",
        endless: "EFBIG",
        tty: "ENXIO",
        truncated: "EINVAL",
        copied: "ENXIO",
        types: [
          [true, false, false],
          [true, false, false],
          [false, true, false],
        ],
        names: ["fd", "full", "null", "random", "stderr", "stdin", "stdout", "tty", "urandom", "zero"],
        root: [],
        missing: "ENOENT",
        kept: ["EPERM", "EPERM", "EPERM", "EEXIST", "EEXIST"],
      },
      stdout: "",
      stderr: "",
    });
  });

  it("stand for its standard streams", async () => {
    const told = await run(
      { ...world(), processConfig: { stdin: "from the embedder" } },
      `
      const input = fs.readFileSync("/dev/stdin", "utf8");
      fs.writeFileSync("/dev/stdout", "one ");
      fs.appendFileSync("/dev/stderr", "two ");
      const fd = fs.openSync("/dev/fd/1", "w");
      fs.writeSync(fd, "three ");
      fs.closeSync(fd);
      const told = (module.exports = [input]);
      fs.createWriteStream("/dev/stdout").end("four", () => {
        told.push(fs.readFileSync("/dev/stdin", "utf8"), codeOf(() => fs.writeFileSync("/dev/stdin", "x")));
      });
    `,
    );
    expect(told).toEqual({ exports: ["from the embedder", "", "EBADF"], stdout: "one three four", stderr: "two " });
  });

  it("stand for what it has open, under its numbers", async () => {
    const told = await run(
      { filesystem: createInMemoryFileSystem(), ...world() },
      `
      fs.writeFileSync("/file", "content");
      const fd = fs.openSync("/file", "r");
      const path = "/dev/fd/" + fd;
      const named = [fs.readlinkSync(path), fs.readdirSync("/dev/fd").includes(String(fd)), fs.realpathSync(path)];
      const again = fs.openSync(path, "r+");
      fs.writeSync(again, "CON", 0);
      const kinds = [fs.lstatSync(path).isSymbolicLink(), fs.statSync(path).isFile()];
      fs.closeSync(fd);
      const closed = [fs.existsSync(path), codeOf(() => fs.readFileSync(path)), codeOf(() => fs.readFileSync("/dev/fd/0" + again))];
      module.exports = [named, kinds, fs.readFileSync("/dev/fd/" + again, "utf8"), closed];
    `,
    );
    expect(told).toMatchObject({
      exports: [["/file", true, "/file"], [true, true], "CONtent", [false, "ENOENT", "ENOENT"]],
    });
  });

  it("hold up no file while they wait for input", async () => {
    const { promise: goOn, resolve: go } = Promise.withResolvers<void>();
    async function* input(): AsyncGenerator<string> {
      await goOn;
      yield "late";
    }
    const code = `
      fs.readFile("/dev/stdin", "utf8", (error, text) => console.log(text));
      const source = fs.createReadStream("/dev/fd/0").on("data", () => undefined);
      source.on("open", () => fs.writeFile("/file", "x", () => fs.readFile("/file", "utf8", (_, text) => console.log(text))));
    `;
    const onOutput = (text: string): void => {
      if (text === "x\n") go();
    };
    const told = await run({ filesystem: createInMemoryFileSystem(), ...world() }, code, { stdin: input(), onOutput });
    expect(told).toMatchObject({ stdout: expect.stringMatching(/^x\n(?:late|)\n$/) });
  });

  it("are asked about as every file is", async () => {
    const permissions = { fs: allowPaths({ read: ["/dev/urandom"], write: ["/dev/null"] }) };
    const code = `module.exports = [
      codeOf(() => fs.readFileSync("/dev/stdin")),
      codeOf(() => fs.writeFileSync("/dev/stdout", "x")),
      codeOf(() => fs.writeFileSync("/dev/null", "x")),
      codeOf(() => fs.readSync(fs.openSync("/dev/urandom", "r"), Buffer.alloc(4))),
      fs.existsSync("/dev/zero"),
    ];`;
    const told = await run({ ...world(), permissions }, code);
    expect(told).toMatchObject({ exports: ["EACCES", "EACCES", undefined, 4, false], stdout: "" });
  });
});

describe("A guest's terminal", () => {
  it("is its standard streams", async () => {
    const processConfig = { stdin: "typed", stdinIsTTY: true };
    const code = `fs.writeFileSync("/dev/tty", "prompt"); module.exports = fs.readFileSync("/dev/tty", "utf8");`;
    expect(await run({ cells: "process", processConfig }, code)).toEqual({
      exports: "typed",
      stdout: "prompt",
      stderr: "",
    });
  });
});

describe("A directory /dev of the embedder's", () => {
  it("keeps its own files, beside the devices", async () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/dev");
    filesystem.writeFile("/dev/own", "mine");
    filesystem.writeFile("/dev/null", "no device");
    const code = `fs.writeFileSync("/dev/null", "x"); fs.writeFileSync("/dev/new", "y");
      module.exports = [fs.readFileSync("/dev/own", "utf8"), fs.readFileSync("/dev/null", "utf8"), fs.readdirSync("/dev").length];`;
    expect(await run({ cells: "process", filesystem }, code)).toMatchObject({ exports: ["mine", "", 12] });
    expect(filesystem.readTextFile("/dev/null")).toBe("no device");
    expect(filesystem.readTextFile("/dev/new")).toBe("y");
  });
});
