/** A guest whose files lie in a store of the embedder's own: every read and write of the guest becomes a call on it. */
import { allowPaths, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";
import { KeyValueFileSystem, type KeyValueStore } from "./key-value-file-system.ts";

const values = new Map<string, Uint8Array>();
const store: KeyValueStore = {
  get: async (key) => values.get(key),
  set: async (key, value) => {
    values.set(key, value);
  },
  delete: async (key) => {
    values.delete(key);
  },
  keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
};

const filesystem = new KeyValueFileSystem(store);
await filesystem.mkdir("/notes");
await filesystem.writeFile("/notes/first.txt", "written by the host");

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem,
    permissions: { fs: allowPaths({ read: ["/notes/**"], write: ["/notes/**"] }) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run<string[]>(`
  const fs = require("node:fs");
  fs.appendFileSync("/notes/first.txt", ", continued by the guest");
  fs.mkdirSync("/notes/archive");
  fs.renameSync("/notes/first.txt", "/notes/archive/first.txt");
  fs.writeFileSync("/notes/second.txt", fs.readFileSync("/notes/archive/first.txt", "utf8").toUpperCase());
  let linked = "made";
  try { fs.symlinkSync("second.txt", "/notes/link"); } catch (error) { linked = error.code; }
  module.exports = [...fs.readdirSync("/notes", { recursive: true }).sort(), "link: " + linked];
`);

console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
console.log(`the guest sees: ${result.exports?.join(", ")}`);
for (const key of [...values.keys()].sort()) console.log(`${key} = ${new TextDecoder().decode(values.get(key))}`);
