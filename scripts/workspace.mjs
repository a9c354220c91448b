/**
 * The way in for a fresh machine: Node 20 or later and npm, nothing else. Plain JavaScript, since Node 20 runs no TypeScript.
 *
 * `node scripts/workspace.mjs demo [arguments]` sets everything up and runs the sample program;
 * `node scripts/workspace.mjs test [vitest arguments]` sets everything up, builds, and runs the tests.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
// biome-ignore lint/correctness/useImportExtensions: it stands beside its declarations, and runs as it is on Node 20
import { noVerdict, readVerdict } from "./verdict.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Not the field `packageManager`: with it pnpm asks the registry for itself once more, which fails behind some mirrors. */
const pnpm = `pnpm@${manifest.config.pnpm}`;
const environment = { ...process.env, PATH: join(root, "node_modules/.bin") + delimiter + process.env.PATH };
const showsProgress = process.stderr.isTTY === true;

/** Runs one step quietly: a line when it starts, its output only when it fails. */
function runStep(title, command, args, options = {}) {
  const startedAt = Date.now();
  process.stderr.write(showsProgress ? `  ${title} …` : `  ${title}\n`);
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"], ...options });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (showsProgress) process.stderr.write(`\r  ${title} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`);
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(chunks));
      reject(new Error(`${title}: failed with code ${code}`));
    });
  });
}

function checkMachine() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) throw new Error(`Node 20 or later is needed; this is ${process.version}`);
}

/** Brings pnpm, the dependencies and Node 24, then compiles the native helper and bundles the guest code. */
async function setUp() {
  checkMachine();
  await runStep(
    "Install dependencies",
    "npx",
    ["--yes", pnpm, "install", "--frozen-lockfile", "--reporter=append-only"],
    {
      env: { ...environment, CI: "true" },
    },
  );
  await runStep("Compile the native helper, bundle the guest", "node", ["scripts/prepare-guests-now.ts"]);
}

/** Runs with the terminal as it is; answers the exit code. */
function runInForeground(command, args) {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

async function demo(args) {
  await setUp();
  process.stderr.write("\n");
  return runInForeground("node", [
    "--conditions=@vivarium/source",
    "--no-node-snapshot",
    "examples/src/demo/main.ts",
    ...args,
  ]);
}

/** The tests show their progress on stderr, so that stdout holds the verdict alone. */
async function test(args) {
  await setUp();
  await runStep("Build every package", "npx", ["--yes", pnpm, "run", "build"]);
  const folder = mkdtempSync(join(tmpdir(), "vivarium-tests-"));
  const report = join(folder, "report.json");
  try {
    const code = await runTests(report, args);
    return printVerdict(report, code) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTests(report, args) {
  const reporters = [
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
    "--reporter=./scripts/stuck-tests.ts",
  ];
  const child = spawn("vitest", ["run", ...reporters, ...args], {
    cwd: root,
    env: showsProgress ? environment : { ...environment, NO_COLOR: "1" },
    stdio: ["ignore", 2, 2],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function printVerdict(report, code) {
  const { passed, failed } = existsSync(report) ? readVerdict(readFileSync(report, "utf8"), code) : noVerdict;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0;
}

const commands = { demo, test };
const [name, ...args] = process.argv.slice(2);

try {
  if (!Object.hasOwn(commands, name ?? "")) throw new Error(`Unknown command "${name}": demo or test`);
  process.exitCode = await commands[name](args);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  if (name === "test") process.stdout.write("0 passed, 1 failed\n");
  process.exitCode = 1;
}
