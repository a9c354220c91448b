/** A plugin over a real SQLite file of the host, which it reaches through one function alone: queries that only read. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { createNodeDriver, createNodeRuntimeDriverFactory, defineModule, NodeRuntime } from "vivarium";

const folder = mkdtempSync(join(tmpdir(), "vivarium-shop-"));
const file = join(folder, "shop.db");
using setUp = new DatabaseSync(file);
setUp.exec("CREATE TABLE orders (item TEXT, amount INTEGER, price REAL)");
const insert = setUp.prepare("INSERT INTO orders VALUES (?, ?, ?)");
for (const order of [
  ["teapot", 2, 18],
  ["kettle", 1, 42.5],
  ["teapot", 1, 18],
] as const)
  insert.run(...order);

// SQLite refuses to write through this one, whatever a plugin asks for.
using database = new DatabaseSync(file, { readOnly: true });

type Row = Readonly<Record<string, unknown>>;
const databaseModule = defineModule({
  query: async (sql: string, args: SQLInputValue[] = []): Promise<Row[]> => database.prepare(sql).all(...args),
});

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  modules: { "host:db": databaseModule },
});

interface ReportPlugin {
  revenueOf(item: string): Promise<{ item: string; pieces: number; revenue: number }>;
  sneak(sql: string): Promise<string>;
}

await using plugin = await runtime.load<ReportPlugin>(
  `
  import { query } from "host:db";

  export async function revenueOf(item: string) {
    const [row] = await query("SELECT sum(amount) AS pieces, sum(amount * price) AS revenue FROM orders WHERE item = ?", [item]);
    return { item, ...row };
  }
  export const sneak = (sql: string) => query(sql).then(() => "done", (error: Error) => error.message);
  `,
  "/report-plugin.ts",
);

console.log(await plugin.call("revenueOf", ["teapot"]));
console.log("DROP TABLE:", await plugin.call("sneak", ["DROP TABLE orders"]));
const usage = await plugin.usage();
console.log(`${usage?.hostCalls} calls of the host`);
rmSync(folder, { recursive: true });
