/** The demo: a program that is allowed some things and denied others, told as a person would want to read it. */
import { readFileSync } from "node:fs";
import {
  allowEnv,
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FsAccessRequest,
  NodeRuntime,
  type PermissionDecision,
} from "vivarium";
import type { Attempt } from "./sample-program.ts";
import { heading, paint, type Row, renderPairs, renderQuote, renderRows } from "./terminal-page.ts";

const readable = allowPaths({ read: ["/workspace/**"] });
const writable = allowPaths({ write: ["/workspace/out/**"] });

/** Patterns decide; the function around them adds the reason that the guest gets to read. */
function checkFiles(request: FsAccessRequest): PermissionDecision {
  if (readable(request) === true || writable(request) === true) return { allow: true };
  const isRead = ["read", "readdir", "stat", "readlink"].includes(request.op);
  const reason = isRead ? `${request.path} is outside /workspace` : `${request.path} is outside /workspace/out`;
  return { allow: false, reason };
}

/** The code of the error and the reason of the check, without the words between that repeat the question. */
function shorten(message: string): string {
  const [, code, reason] = /^([A-Z]+): .*?(?:\(([^()]*)\))?$/.exec(message) ?? [];
  return code === undefined ? message : [code, reason].filter((part) => part !== undefined).join(": ");
}

const toRow = (attempt: Attempt): Row => ({
  allowed: attempt.allowed,
  asked: attempt.asked,
  answer: attempt.allowed ? attempt.answer : shorten(attempt.answer),
});

const filesystem = createInMemoryFileSystem();
await filesystem.mkdir("/workspace");
await filesystem.writeFile("/workspace/orders.csv", "product,amount\nteapot,18\nkettle,24\n");
await filesystem.writeFile("/secret.txt", "top secret");
await filesystem.symlink("/secret.txt", "/workspace/shortcut");

let output = "";
await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem,
    permissions: { fs: checkFiles, env: allowEnv({ read: ["LANG"] }) },
    processConfig: { env: { LANG: "en_GB.UTF-8", API_TOKEN: "s3cret" }, cwd: "/workspace" },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  onStdio: (event) => {
    output += event.message;
  },
});

console.log(paint("bold", "Vivarium runs a program that nobody has read."));
console.log(heading("What it may do"));
console.log(
  renderPairs([
    ["files", "read /workspace/**, write /workspace/out/**; they lie in memory, the host's are not there at all"],
    ["environment", "read LANG"],
    ["the rest", "no network, no other programs: what is not allowed is denied"],
  ]),
);

const program = readFileSync(new URL("./sample-program.ts", import.meta.url), "utf8");
const result = await runtime.run<{ attempts: readonly Attempt[] }>(program, "/workspace/sample-program.ts");
const attempts = result.exports?.attempts ?? [];

console.log(heading("What it tried"));
if (attempts.length > 0) console.log(renderRows(attempts.map(toRow)));

console.log(heading("What it printed"));
console.log(renderQuote(output));

const next = await runtime.run<string>("module.exports = ({}).leftBehind ?? 'nothing'");
const allowed = attempts.filter((attempt) => attempt.allowed).length;

console.log(heading("How it ended"));
console.log(
  renderPairs([
    ["outcome", `${result.outcome.kind}, code ${result.code}${result.errorMessage ? `: ${result.errorMessage}` : ""}`],
    ["attempts", `${allowed} allowed, ${attempts.length - allowed} denied`],
    ["what it left behind", `a property of Object.prototype; the next guest finds ${next.exports} of it`],
    ["/secret.txt still says", await filesystem.readTextFile("/secret.txt")],
    ["the report", new TextDecoder().decode(await filesystem.readFile("/workspace/out/report.txt")).trim()],
  ]),
);
process.exitCode = result.code;
