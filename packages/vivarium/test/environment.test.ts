import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  allowAllFs,
  allowEnv,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type EnvAccessRequest,
  NodeRuntime,
  type Permissions,
} from "../src/index.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

function createRuntime(cells: CellKind, permissions: Permissions): NodeRuntime {
  const env = { LANG: "C", SECRET: "hidden", PATH: "/bin", ["__proto__"]: "odd" };
  const filesystem = createInMemoryFileSystem();
  filesystem.writeFile("/.env", "OWN_FILE=from a file\nSECRET=overwritten\n");
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions, processConfig: { env } }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
  });
}

const attempt = "const attempt = (action) => { try { return action(); } catch (error) { return error.code; } };";

describe.each(sampledKinds)("In a cell of kind %s", (cells) => {
  test("a variable that may not be read does not exist, however it is looked for", async () => {
    await using runtime = createRuntime(cells, { env: allowEnv({ read: ["LANG", "PATH", "OF_THE_RUN"] }) });
    const result = await runtime.run<Record<string, unknown>>(
      `
      const { env } = process;
      module.exports = {
        read: [env.LANG, env.SECRET, env["SEC" + "RET"], Reflect.get(env, "SECRET"), env.OF_THE_RUN, env.ALSO_SECRET],
        exists: ["SECRET" in env, Object.hasOwn(env, "SECRET"), Object.getOwnPropertyDescriptor(env, "SECRET") === undefined],
        names: [Object.keys(env), Object.getOwnPropertyNames(env), Reflect.ownKeys(env)].map((names) => names.sort().join()),
        entries: JSON.stringify([{ ...env }, Object.entries(env)]).includes("hidden"),
        loop: (() => { const names = []; for (const name in env) names.push(name); return names.sort().join(); })(),
        printed: require("node:util").inspect(env, { showHidden: true }).includes("hidden"),
        report: attempt(() => JSON.stringify(process.report.getReport()).includes("hidden")),
      };
      function attempt(action) { try { return action(); } catch (error) { return error.code; } }
    `,
      { env: { OF_THE_RUN: "1", ALSO_SECRET: "hidden" } },
    );
    expect(result.errorMessage).toBeUndefined();
    const names = "LANG,OF_THE_RUN,PATH";
    expect(result.exports).toEqual({
      read: ["C", undefined, undefined, undefined, "1", undefined],
      exists: [false, false, true],
      names: [names, names, names],
      entries: false,
      loop: names,
      printed: false,
      report: false,
    });
  });

  test("it can be cloned, and takes no name that is none", async () => {
    await using runtime = createRuntime(cells, { env: allowEnv({ read: ["LANG", "__proto__"] }) });
    const result = await runtime.run(`
      process.env[""] = "nothing";
      const clone = structuredClone(process.env);
      clone.LANG += " of its own";
      module.exports = [Object.entries(clone), process.env[""] === undefined, process.env.LANG];
    `);
    expect(result.errorMessage).toBeUndefined();
    const entries = [
      ["LANG", "C of its own"],
      ["__proto__", "odd"],
    ];
    expect(result.exports).toEqual([expect.arrayContaining(entries), true, "C"]);
  });

  test("without a check there is none at all, and none can be made", async () => {
    await using runtime = createRuntime(cells, {});
    const result = await runtime.run(`${attempt}
      module.exports = [Object.keys(process.env), attempt(() => { process.env.A = "1"; }), "A" in process.env];`);
    expect(result.exports).toEqual([[], "EACCES", false]);
  });

  test("a variable is set and removed only as far as the check allows, whatever the way", async () => {
    const asked: EnvAccessRequest[] = [];
    const env = (request: EnvAccessRequest) => {
      if (request.op === "read") return request.key !== "SECRET";
      asked.push(request);
      return request.key.startsWith("OWN_") || { allow: false, reason: "not yours" };
    };
    await using runtime = createRuntime(cells, { env, ...allowAllFs });
    const result = await runtime.run(`
      const told = (action) => { try { return action(); } catch (error) { return error.code + ": " + error.message; } };
      const { env } = process;
      exports.own = told(() => { env.OWN_A = 1; return env.OWN_A; });
      exports.set = told(() => { env.LANG = "de"; });
      exports.hidden = told(() => { env.SECRET = "mine"; });
      exports.assigned = told(() => Object.assign(env, { OWN_B: "b", PATH: "/tmp" })).slice(0, 6);
      exports.defined = told(() => Object.defineProperty(env, "TZ", { value: "x", writable: true, enumerable: true, configurable: true })).slice(0, 6);
      exports.removed = told(() => delete env.PATH).slice(0, 6);
      exports.removedOwn = told(() => delete env.OWN_A);
      exports.file = told(() => process.loadEnvFile("/.env")).slice(0, 6);
      exports.left = [env.LANG, env.PATH, env.OWN_A, env.OWN_B, env.OWN_FILE, "SECRET" in env, "TZ" in env];
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toMatchObject({
      own: "1",
      set: expect.stringMatching(/^EACCES: .*not yours/),
      hidden: expect.stringMatching(/^EACCES: .*not yours/),
      assigned: "EACCES",
      defined: "EACCES",
      removed: "EACCES",
      removedOwn: true,
      file: "EACCES",
      left: ["C", "/bin", undefined, "b", "from a file", false, false],
    });
    expect(asked).toContainEqual({ op: "write", key: "OWN_A", value: "1" });
    expect(asked).toContainEqual({ op: "delete", key: "PATH" });
  });
});

/** All processes that this one has started, and those that they have. */
function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
  return [...children, ...children.flatMap(descendants)];
}

/** Whether a process has a text anywhere in the memory that it may write. */
function hasInMemory(pid: number, text: string): boolean {
  const pageBytes = Number(execFileSync("getconf", ["PAGESIZE"]));
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    return writableRanges(pid)
      .flatMap((range) => touchedRanges(pid, pageBytes, range))
      .some(([from, to]) => isInRange(memory, from, to, text));
  } finally {
    closeSync(memory);
  }
}

type Range = readonly [from: number, to: number];

function writableRanges(pid: number): Range[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "latin1").split("\n");
  return lines.flatMap((line) => {
    const [, from = "", to = "", flags = ""] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
    return flags.startsWith("rw") ? [[Number.parseInt(from, 16), Number.parseInt(to, 16)]] : [];
  });
}

/** What the system keeps of a page: 64 bits, the highest two of which say that it is in memory, or swapped out. */
const PAGE_ENTRY_BYTES = 8;

/** The parts of a range that hold anything: of the gigabytes that a cell reserves it touches few. */
function touchedRanges(pid: number, pageBytes: number, [from, to]: Range): Range[] {
  const entries = Buffer.alloc(((to - from) / pageBytes) * PAGE_ENTRY_BYTES);
  const pages = openSync(`/proc/${pid}/pagemap`, "r");
  try {
    entries.fill(0, readSync(pages, entries, 0, entries.length, (from / pageBytes) * PAGE_ENTRY_BYTES));
  } finally {
    closeSync(pages);
  }
  const ranges: [from: number, to: number][] = [];
  for (let page = from, at = PAGE_ENTRY_BYTES - 1; page < to; page += pageBytes, at += PAGE_ENTRY_BYTES) {
    if ((entries[at] ?? 0) < 0x40) continue;
    const last = ranges.at(-1);
    if (last?.[1] === page) last[1] += pageBytes;
    else ranges.push([page, page + pageBytes]);
  }
  return ranges;
}

const CHUNK_BYTES = 16 * 1024 * 1024;

function isInRange(memory: number, from: number, to: number, text: string): boolean {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, to - from));
  for (let at = from; at < to; at += chunk.length) {
    try {
      const read = readSync(memory, chunk, 0, Math.min(chunk.length, to - at), at);
      if (chunk.subarray(0, read).includes(text)) return true;
    } catch {
      // Pages that cannot be read hold nothing.
    }
  }
  return false;
}

test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "the values of variables that a guest may not read are nowhere in its cell",
  async () => {
    // Made here, so that no source that a cell reads has them.
    const [shown, hidden] = ["shown", "hidden"].map((word) => `${word}-${Math.random().toString(36).slice(2)}`);
    const env = { SHOWN: shown ?? "", HIDDEN: hidden ?? "" };
    const { promise: isThere, resolve } = Promise.withResolvers<void>();
    await using runtime = new NodeRuntime({
      systemDriver: createNodeDriver({ permissions: { env: allowEnv(["SHOWN"]) }, processConfig: { env } }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory(),
      onStdio: () => resolve(),
    });
    const end = new AbortController();
    const running = runtime.exec(
      "console.log('there', Object.keys(process.env).length); setInterval(() => {}, 1000);",
      { signal: end.signal },
    );
    await isThere;
    const cells = descendants(process.pid);
    expect(cells.filter((pid) => hasInMemory(pid, env.SHOWN))).not.toEqual([]);
    expect(cells.filter((pid) => hasInMemory(pid, env.HIDDEN))).toEqual([]);
    end.abort();
    await running;
  },
);
