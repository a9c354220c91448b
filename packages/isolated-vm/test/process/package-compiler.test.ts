import { setTimeout as sleep } from "node:timers/promises";
import { decodeInert, NodeRuntime } from "@vivarium/core";
import { type CodeKey, decodeCodes, EMPTY_CODE, HostCalls } from "@vivarium/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownExecution } from "../../src/cell/own-program.ts";
import { guestKind } from "../../src/channel/guest-kind.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";
import { zygoteCommand } from "../../src/process/cell-command.ts";
import { PackageCompiler } from "../../src/process/package-compiler.ts";
import { runAlone } from "../../src/process/run-alone.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import type { ZygoteProcess } from "../../src/process/zygote-process.ts";
import { files, folder, tree } from "./own-tree.ts";

const main: CodeKey = `c${folder}/main.js`;
const module: CodeKey = `m${folder}/module.mjs`;
const exits: CodeKey = `c${folder}/exits.js`;

const kind = guestKind("node", 128);
const zygotes = new SharedZygote({
  command: zygoteCommand({ installation: assertEngine() }),
  guestsPerCopy: 1,
  idleTimeMs: 0,
});
const compiler = new PackageCompiler({ tree, zygote: zygotes, guestKind: kind });
let zygote: ZygoteProcess;

beforeAll(async () => {
  compiler.code.want([main, module, exits, `c${folder}/broken.js`, `c${folder}/missing.js`]);
  zygotes.warm(kind);
  while (compiler.code.version === EMPTY_CODE) await sleep(10);
  zygote = zygotes.with(kind) ?? expect.fail("there is a zygote");
}, 30_000);
afterAll(() => compiler.dispose());

const codes = (): ReadonlyMap<CodeKey, Uint8Array> => decodeCodes(compiler.code.near(`${folder}/main.js`));

test("compiles what is wanted as soon as there is a zygote, without running any of it", () => {
  expect([...codes().keys()]).toEqual([main, module, exits]);
});

const PROGRAM = `
const vm = require("node:vm");
const [main, other, mainText, moduleText] = JSON.parse(process.argv[2]);
const wrapper = ["exports", "require", "module", "__filename", "__dirname"];
const load = (cachedData, text) => vm.compileFunction(text, wrapper, { filename: "/x.js", cachedData }).cachedDataRejected;
const forged = Buffer.from(main, "base64");
forged[forged.length >> 1] ^= 1;
let isTaken = true;
try {
  new vm.SourceTextModule(moduleText, { cachedData: Buffer.from(other, "base64") });
} catch {
  isTaken = false;
}
exports.rejected = [main, forged.toString("base64")].map((text) => load(Buffer.from(text, "base64"), mainText));
exports.rejected.push(load(Buffer.from(main, "base64"), mainText.replace("name", "nave")));
exports.isTaken = isTaken;
`;

test("makes code that another copy of the zygote takes, for that source alone and as it was", async () => {
  const base64 = (key: CodeKey): string => Buffer.from(codes().get(key) ?? []).toString("base64");
  const told = [base64(main), base64(module), files["main.js"], files["module.mjs"]];
  const execution = { ...ownExecution(PROGRAM, "node", true), argv: [JSON.stringify(told)] };
  const report = await runAlone(execution, { zygote, tree, guestKind: kind });
  expect(decodeInert(report?.exports ?? new Uint8Array())).toEqual({ rejected: [false, true, true], isTaken: true });
});

test("has its code used by copies of that zygote, and by no other cell", () => {
  expect(compiler.versionFor({ zygote })).toBe(compiler.code.version);
  expect(compiler.versionFor({ zygote: undefined })).toBe(EMPTY_CODE);
  expect(compiler.versionFor({ zygote: {} })).toBe(EMPTY_CODE);
});

test("guests say what they have had to compile, and later ones are given code of it", async () => {
  const asked = new Set<string>();
  const { serve } = HostCalls.prototype;
  HostCalls.prototype.serve = function (...call) {
    asked.add(call[0]);
    return serve.apply(this, call);
  };
  await using runtime = new NodeRuntime({
    systemDriver: { packages: tree, permissions: { fs: () => true }, processConfig: {}, osConfig: {} },
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ waitingCells: 1 }),
  });
  const code = `export default [require("own/main.js").name, (await import("own/module.mjs")).name]`;
  const program = `import { createRequire } from "node:module"; const require = createRequire("/x.js"); ${code}`;
  try {
    for (let runs = 0; runs < 40 && (runs === 0 || asked.has("packages.wantCode")); runs += 1) {
      await sleep(100);
      asked.clear();
      const { exports } = await runtime.run(program, "/entry.mjs");
      expect(exports).toEqual({ default: [`${folder}/main.js`, `${folder}/module.mjs`] });
    }
  } finally {
    HostCalls.prototype.serve = serve;
  }
  expect([asked.has("packages.codes"), asked.has("packages.wantCode")]).toEqual([true, false]);
}, 30_000);
