/** Commands of the host for a guest, by an allow-list: a real `sort`, in one directory, and nothing that leads further. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  allowCommands,
  createCommandExecutor,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";

const project = await mkdtemp(join(tmpdir(), "vivarium-project-"));
await writeFile(join(project, "notes.txt"), "two\none\n");

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    // Commands run in the project, with these variables and none of this process.
    commandExecutor: createCommandExecutor({ cwd: project, env: { LC_ALL: "C" } }),
    permissions: { childProcess: allowCommands(["sort", "node"]) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  onStdio: ({ message }) => void process.stdout.write(message),
});

await runtime.exec(`
  const { execFileSync, execSync, spawn } = require("node:child_process");
  const refused = (what) => (error) => console.log(what.padEnd(8), error.message);

  console.log("sort    ", JSON.stringify(execFileSync("sort", ["notes.txt"], { encoding: "utf8" })));
  // Node in a guest is another guest, and no process of this machine.
  console.log("node    ", execFileSync("node", ["-p", "6 * 7"], { encoding: "utf8" }).trim());

  spawn("cat", ["notes.txt"]).on("error", refused("cat"));
  // A line that is nothing but a command needs no shell; one with a redirection does.
  console.log("a line  ", JSON.stringify(execSync("sort notes.txt", { encoding: "utf8" })));
  spawn("sort < notes.txt", { shell: true }).on("error", refused("a shell"));
  spawn("sort", { argv0: "sh" }).on("error", refused("argv0"));
  spawn("sort", { env: { LD_PRELOAD: "/evil.so" } }).on("error", refused("env"));
`);

await rm(project, { recursive: true });
