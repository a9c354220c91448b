/** A guest whose files lie in a SQLite database, which the host can ask about them in SQL. */
import { DatabaseSync } from "node:sqlite";
import { allowPaths, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";
import { SqliteFileSystem } from "./sqlite-file-system.ts";

const database = new DatabaseSync(":memory:");
const filesystem = new SqliteFileSystem(database);
filesystem.mkdir("/reports/2026", { recursive: true });
filesystem.writeFile("/reports/2026/may.txt", "sold: 12");

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem,
    permissions: { fs: allowPaths({ read: ["/reports/**"], write: ["/reports/**"] }) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run(`
  const fs = require("node:fs");
  fs.appendFileSync("/reports/2026/may.txt", ", returned: 1");
  fs.writeFileSync("/reports/2026/june.txt", "sold: 20");
  fs.renameSync("/reports/2026", "/reports/archive");
`);

console.log(`code ${result.code}${result.errorMessage === undefined ? "" : `: ${result.errorMessage}`}`);
const rows = database
  .prepare(
    `SELECT parent.name AS folder, entry.name AS name, CAST(content AS TEXT) AS content FROM entry
     JOIN node ON node.id = entry.node JOIN entry AS parent ON parent.node = entry.parent
     WHERE type = 'file' ORDER BY name`,
  )
  .all();
for (const row of rows) console.log(`${row["folder"]}/${row["name"]}: ${row["content"]}`);
