/**
 * Installs what would be published as a stranger would, and uses it: with npm and with pnpm, from ES modules, CommonJS
 * and TypeScript, with the prebuilt native helper, without it, and without a compiler. Needs every package built.
 */
import { ok, strictEqual } from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { consumerPrograms, expectedOutput, extensionOutput, pluginOutput } from "./smoke/consumer-programs.ts";
import { packPackages, pnpmVersion } from "./smoke/pack-packages.ts";
import { type CommandResult, Stranger } from "./smoke/stranger.ts";

const typescript = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "vivarium-smoke-"));
let passed = 0;
let failed = 0;

function check(title: string, body: () => void): void {
  const startedAt = performance.now();
  const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    body();
    passed += 1;
    console.log(`✓ ${title} (${seconds()})`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${title} (${seconds()})\n${error instanceof Error ? error.message : error}`);
  }
}

function succeeds(result: CommandResult): string {
  ok(result.code === 0, `code ${result.code}:\n${result.output}`);
  return result.output;
}

/** The command that an error names, and nothing else of it. */
function commandIn(output: string): string {
  const command = /Provide it with: (.+)/.exec(output)?.[1];
  ok(command !== undefined, `no command in:\n${output}`);
  return command;
}

/** What an application asks for itself. */
const wanted: readonly string[] = ["vivarium", "@vivarium/directus", "@vivarium/plugin-host"];

function checkNpm(tarballs: ReadonlyMap<string, string>): void {
  const all = [...tarballs].map(([name, file]) => [name, `file:${file}`] as const);
  const dependencies = Object.fromEntries(all.filter(([name]) => wanted.includes(name)));
  const overrides = Object.fromEntries(all.filter(([name]) => !wanted.includes(name)));
  const manifest = { private: true, dependencies, overrides: { ...overrides, vivarium: "$vivarium" } };
  const stranger = Stranger.settle(join(folder, "npm"), {
    ...consumerPrograms,
    "package.json": JSON.stringify(manifest),
  });
  const inHelper = (path: string): string => join(stranger.locate("@vivarium/guest-node"), path);

  check("npm installs it, and compiles nothing where a prebuilt helper fits", () => {
    succeeds(stranger.run("npm install --no-audit --no-fund"));
    ok(!existsSync(inHelper("build")), "something was built");
  });
  check("an ES module uses it", () => strictEqual(succeeds(stranger.run("node main.mjs")), expectedOutput));
  check("a CommonJS module uses it", () => strictEqual(succeeds(stranger.run("node main.cjs")), expectedOutput));
  check("a host of Directus' extensions runs one", () =>
    strictEqual(succeeds(stranger.run("node extensions.mjs")), extensionOutput),
  );
  check("a host of plugins runs one, and a sandbox code", () =>
    strictEqual(succeeds(stranger.run("node plugins.mjs")), pluginOutput),
  );
  check("TypeScript finds its types", () => {
    for (const project of [".", "tsconfig.extensions.json"])
      succeeds(stranger.run(`node ${JSON.stringify(typescript)} -p ${project}`));
  });
  check("without prebuilt helper and compiler npm installs it, and says what to install", () => {
    rmSync(inHelper("prebuilds"), { recursive: true });
    const output = succeeds(stranger.withoutCompiler().run("npm rebuild --foreground-scripts @vivarium/guest-node"));
    ok(/has no native helper for .*: (?:install g\+\+|run `xcode-select)/.test(output), output);
  });
  check("without prebuilt helper npm's install step compiles one", () => {
    succeeds(stranger.run("npm rebuild @vivarium/guest-node"));
    ok(existsSync(inHelper("build/native")), "nothing was built");
    strictEqual(succeeds(stranger.run("node main.mjs")), expectedOutput);
  });
}

function checkPnpm(tarballs: ReadonlyMap<string, string>): void {
  const overrides = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  const dependencies = Object.fromEntries(wanted.map((name) => [name, overrides[name]]));
  const manifest = { private: true, dependencies };
  const settings = { overrides, strictDepBuilds: false };
  const stranger = Stranger.settle(join(folder, "pnpm"), {
    ...consumerPrograms,
    "package.json": JSON.stringify(manifest),
    "pnpm-workspace.yaml": JSON.stringify(settings),
  });

  check("pnpm installs it, with every install script blocked, and it runs", () => {
    succeeds(stranger.run(`npx --yes ${pnpmVersion()} install`));
    strictEqual(succeeds(stranger.run("node main.mjs")), expectedOutput);
    strictEqual(succeeds(stranger.run("node extensions.mjs")), extensionOutput);
  });
  check("without prebuilt helper the first guest names the command that provides one, and that does", () => {
    rmSync(join(stranger.locate("@vivarium/guest-node"), "prebuilds"), { recursive: true });
    const { code, output } = stranger.run("node main.mjs");
    strictEqual(code, 1, output);
    ok(output.startsWith("ERR_NATIVE_HELPER_MISSING "), output);
    succeeds(stranger.run(commandIn(output)));
    strictEqual(succeeds(stranger.run("node main.mjs")), expectedOutput);
  });
}

try {
  const tarballs = packPackages(folder);
  checkNpm(tarballs);
  checkPnpm(tarballs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
