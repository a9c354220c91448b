/** Every preset, and one hand-written callback per domain: what each allows, seen from the host and from a guest. */
import {
  allowAll,
  allowAllChildProcess,
  allowAllEnv,
  allowAllFs,
  allowAllNetwork,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type PermissionDecision,
  type Permissions,
} from "vivarium";

const callbacks: Permissions = {
  fs: (req) => ({ allow: req.op === "read" }),
  network: (req) => ({ allow: !req.hostname?.endsWith(".internal") }),
  childProcess: (req) => ({ allow: ["node", "python3"].includes(req.command) }),
  env: (req) => ({ allow: ["PATH", "HOME"].includes(req.key) }),
};

const worlds: Readonly<Record<string, Permissions>> = {
  allowAll,
  "allowAllFs + allowAllNetwork": { ...allowAllFs, ...allowAllNetwork },
  allowAllChildProcess,
  allowAllEnv,
  callbacks,
};

/** A small program that tries each thing it could want. */
const program = `
  const fs = require("node:fs");
  const attempt = (action) => { try { action(); return "yes"; } catch (error) { return error.code; } };
  module.exports = {
    read: attempt(() => fs.readFileSync("/data.txt", "utf8")),
    write: attempt(() => fs.writeFileSync("/new.txt", "new")),
    PATH: process.env.PATH ?? "absent",
    TOKEN: process.env.TOKEN ?? "absent",
  };
`;

function word(answer: PermissionDecision | boolean | undefined): string {
  return answer === true || (typeof answer === "object" && answer.allow) ? "yes" : "no";
}

for (const [name, permissions] of Object.entries(worlds)) {
  const filesystem = createInMemoryFileSystem();
  await filesystem.writeFile("/data.txt", "data");
  const systemDriver = createNodeDriver({
    filesystem,
    permissions,
    processConfig: { env: { PATH: "/bin", TOKEN: "t0ken" } },
  });
  const fetchPublic = await permissions.network?.({ op: "fetch", hostname: "example.com" });
  const fetchInternal = await permissions.network?.({ op: "fetch", hostname: "db.internal" });
  const startNode = await permissions.childProcess?.({ command: "node", args: [], shell: false });
  const startShell = await permissions.childProcess?.({ command: "sh", args: [], shell: true });

  await using runtime = new NodeRuntime({ systemDriver, runtimeDriverFactory: createNodeRuntimeDriverFactory() });
  const { exports } = await runtime.run<Record<string, string>>(program);
  console.log(name);
  console.log(`  guest: read ${exports?.["read"]}, write ${exports?.["write"]}`);
  console.log(`  guest: PATH ${exports?.["PATH"]}, TOKEN ${exports?.["TOKEN"]}`);
  console.log(`  host:  fetch example.com ${word(fetchPublic)}, fetch db.internal ${word(fetchInternal)}`);
  console.log(`  host:  start node ${word(startNode)}, start sh ${word(startShell)}`);
}
