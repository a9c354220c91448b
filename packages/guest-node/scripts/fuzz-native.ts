/**
 * Calls every function of the native helper with hostile arguments, the helper built with the address and the undefined
 * behaviour sanitizers of g++. It takes Linux, and a folder in which nothing can be lost: what it runs is hostile.
 *
 *     node scripts/fuzz-native.ts [first seed] [number of seeds]
 *
 * Prints every seed that fails with its report, and the counts. Ends with 1 when one has.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceFolder } from "../src/native/helper-file.ts";
import { locateNodeHeaders } from "../src/native/node-headers.ts";

const folder = mkdtempSync(join(tmpdir(), "vivarium-fuzz-"));
const helper = join(folder, "sanitized.node");

function compile(): void {
  const unit = join(folder, "all.cc");
  const sources = readdirSync(sourceFolder()).filter((name) => name.endsWith(".cc"));
  writeFileSync(unit, sources.map((name) => `#include "${name}"\n`).join(""));
  const shape = ["-std=c++20", "-O1", "-g", "-fPIC", "-shared", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden"];
  const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize=vptr", "-fno-omit-frame-pointer"];
  const places = [`-I${sourceFolder()}`, "-isystem", locateNodeHeaders(), unit, "-o", helper];
  const { status } = spawnSync("g++", [...shape, ...sanitizers, ...places], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error("g++ with its sanitizers is needed");
}

function survives(seed: number): boolean {
  const log = join(folder, "current");
  const child = fileURLToPath(new URL("../test/native/hostile-child.ts", import.meta.url));
  const preload = spawnSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" }).stdout.trim();
  const result = spawnSync(process.execPath, ["--no-node-snapshot", child, helper, String(seed), "15", log], {
    encoding: "utf8",
    env: {
      ...process.env,
      LD_PRELOAD: preload,
      ASAN_OPTIONS: "detect_leaks=0:allocator_may_return_null=1",
      UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
    },
    timeout: 180_000,
    killSignal: "SIGKILL",
  });
  if (result.status === 0) return true;
  const current = readFileSync(log, "utf8").trim();
  process.stdout.write(`seed ${seed}: ${result.signal ?? `code ${result.status}`} in ${current}\n${result.stderr}\n`);
  return false;
}

try {
  compile();
  const first = Number(process.argv[2] ?? 1);
  const count = Number(process.argv[3] ?? 20);
  const failed = Array.from({ length: count }, (_, index) => first + index).filter((seed) => !survives(seed));
  process.stdout.write(`${count - failed.length} seeds survived, ${failed.length} failed\n`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
