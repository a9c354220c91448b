import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";

/** How a guest refuses one use of Node. */
export interface Refusal {
  /** The code of its error, else the name. */
  readonly code: string;
  readonly message: string;
}

/**
 * Tries a use in a guest that is allowed everything. Answers `undefined` when nothing refuses it: no error comes within
 * half a second.
 */
export async function tryRefusedUse(use: string): Promise<Refusal | undefined> {
  let output = "";
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions: allowAll }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: "inline" }),
    memoryLimit: 128,
    wallTimeLimitMs: 20_000,
    onStdio: ({ channel, message }) => {
      if (channel === "stdout") output += message;
    },
  });
  await runtime.exec(programOf(use), { filePath: "/program.js" });
  const [line = ""] = output.split("\n", 1);
  const parsed: unknown = line === "" ? undefined : JSON.parse(line);
  return isRefusal(parsed) ? parsed : undefined;
}

/** Modules that a use may name. */
const modules: readonly string[] = [
  "child_process",
  "cluster",
  "crypto",
  "dgram",
  "dns",
  "fs",
  "http",
  "http2",
  "net",
  "os",
  "tls",
  "v8",
  "vm",
  "worker_threads",
  "zlib",
];

// The library wraps some errors in general ones: the cause is what says what was refused.
const programOf = (use: string): string => `
  const tell = (error) => {
    while (error.cause?.message !== undefined) error = error.cause;
    const code = typeof error.code === "string" ? error.code : error.name;
    console.log(JSON.stringify({ code, message: error.message }));
    process.exit();
  };
  process.on("uncaughtException", tell);
  ${modules.map((id) => `const ${id} = require("${id}");`).join("\n  ")}
  const answer = ${use};
  if (typeof answer?.then === "function") answer.then(() => {}, tell);
  else if (typeof answer?.on === "function") answer.on("error", tell);
  setTimeout(() => process.exit(), 500);`;

function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
