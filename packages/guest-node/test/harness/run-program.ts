import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeInert, type GuestEntries, type GuestEntryName } from "@vivarium/core";
import ivm from "isolated-vm";
import { loadGuestParts } from "../../src/guest-parts.ts";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";
import { createTestKernel, type TestKernel } from "./test-kernel.ts";

export interface ProgramOptions {
  /** @default "/w/main.js" */
  readonly path?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, boolean | string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface GuestResult extends ProgramResult {
  readonly exports: unknown;
  readonly refused: string | undefined;
}

const host = process as typeof process & { binding(name: string): Record<string, string>; noDeprecation?: boolean };
host.noDeprecation = true;
const natives = host.binding("natives");
const parts = loadGuestParts();
const library = { ...natives, ...parts.lateBundles };

/** Sources of Node's library by id. */
export function readLibrary(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(natives).filter(([, source]) => typeof source === "string"));
}

type Entries = Readonly<Record<GuestEntryName, ivm.Reference>>;

/** Runs a program in a guest over the test's own kernel, as a driver would. */
export async function runInGuest(code: string, options: ProgramOptions = {}): Promise<GuestResult> {
  const { path = "/w/main.js", files = {}, stdin = "" } = options;
  const kernel = createTestKernel({ files: { "/w/.keep": "", ...files }, stdin, library });
  const isolate = new ivm.Isolate({ memoryLimit: 256 });
  try {
    const entries = bootGuest(isolate, kernel);
    const finished = await drive(entries, kernel, code, path, options);
    const { stdout, stderr, exports, refused } = kernel.output;
    return {
      stdout,
      stderr,
      code: finished,
      exports: exports === undefined ? undefined : decodeInert(exports),
      refused,
    };
  } finally {
    if (!isolate.isDisposed) isolate.dispose();
  }
}

function bootGuest(isolate: ivm.Isolate, kernel: TestKernel): Entries {
  const context = isolate.createContextSync();
  const helper = openNativeHelper((file) => new ivm.NativeModule(file)).createSync(context);
  const calls = isolate.compileScriptSync("Object.create(null)").runSync(context, { reference: true });
  for (const [name, call] of Object.entries(kernel.calls)) calls.setSync(name, new ivm.Callback(call));
  const entries = isolate
    .compileScriptSync(parts.loader, { filename: "node:internal/vivarium" })
    .runSync(context, { reference: true })
    .applySync(
      undefined,
      [
        helper.derefInto(),
        parts.bundle,
        undefined,
        calls.derefInto(),
        new ivm.ExternalCopy(kernel.window).copyInto(),
        new ivm.ExternalCopy(parts.tables).copyInto(),
      ],
      { result: { reference: true } },
    ) as ivm.Reference<Record<GuestEntryName, unknown>>;
  const names: readonly GuestEntryName[] = ["start", "main", "turn", "deliver", "beforeExit", "exit", "collectExports"];
  return Object.fromEntries(names.map((name) => [name, entries.getSync(name, { reference: true })])) as Entries;
}

class GuestExit extends Error {}

async function drive(
  entries: Entries,
  kernel: TestKernel,
  code: string,
  path: string,
  options: ProgramOptions,
): Promise<number> {
  const enter = <Name extends GuestEntryName>(name: Name, ...args: Parameters<GuestEntries[Name]>): number => {
    try {
      return entries[name].applySync(undefined, args, { arguments: { copy: true }, result: { copy: true } }) as number;
    } catch (error) {
      throw kernel.exitCode === undefined ? error : new GuestExit();
    }
  };
  try {
    enter("start", JSON.stringify(configOf(path, options)));
    enter("main", code, path);
    do await loop(enter, kernel);
    while (enter("beforeExit") > 0);
    const exitCode = enter("exit");
    enter("collectExports", 16_000_000);
    return exitCode;
  } catch (error) {
    if (error instanceof GuestExit) return kernel.exitCode ?? -1;
    throw error;
  }
}

async function loop(
  enter: <Name extends GuestEntryName>(name: Name, ...args: Parameters<GuestEntries[Name]>) => number,
  kernel: TestKernel,
): Promise<void> {
  for (;;) {
    for (let answer = kernel.answers.shift(); answer !== undefined; answer = kernel.answers.shift()) {
      enter("deliver", ...answer());
    }
    const pause = enter("turn");
    if (pause < 0) return;
    if (kernel.answers.length > 0 || pause === 0) continue;
    if (pause === Number.POSITIVE_INFINITY) throw new Error("nothing can wake the guest");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function configOf(path: string, { env = {}, options = {} }: ProgramOptions): object {
  const machine = { platform: "linux", arch: "x64" };
  return {
    profile: "node",
    argv: ["/usr/local/bin/node", path],
    execArgv: [],
    modules: [],
    execPath: "/usr/local/bin/node",
    env,
    cwd: "/w",
    ...machine,
    version: process.version,
    pid: 7,
    ppid: 1,
    uid: 1000,
    gid: 1000,
    cols: 80,
    rows: 24,
    os: {
      ...machine,
      type: "Linux",
      release: "6.0.0",
      version: "#1",
      hostname: "guest",
      homedir: "/home/user",
      tmpdir: "/tmp",
    },
    options,
  };
}

/** The control: the same program in the Node that runs this test, with the paths of its folder taken out. */
export function runInNode(
  code: string,
  { path = "/w/main.js", files = {}, env = {} }: ProgramOptions = {},
): ProgramResult {
  const root = mkdtempSync(join(tmpdir(), "vivarium-control-"));
  try {
    for (const [file, text] of Object.entries({ ...files, [path]: code })) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, path)], {
      cwd: join(root, "/w"),
      env: { ...env, NODE_OPTIONS: "" },
      encoding: "utf8",
    });
    return { stdout: stdout.replaceAll(root, ""), stderr: stderr.replaceAll(root, ""), code: status ?? -1 };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
