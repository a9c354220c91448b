import type { DatabaseSync } from "node:sqlite";
import type { PluginStorage } from "@vivarium/plugin-host";

const schema = `
  CREATE TABLE IF NOT EXISTS plugin_value (
    plugin TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (plugin, key)
  ) STRICT, WITHOUT ROWID;
`;

/** What plugins store, in a SQLite database: a row for each value. How much that may be is the plugin host's to say. */
export class SqliteStorage implements PluginStorage {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(schema);
  }

  get(plugin: string, key: string): Uint8Array | undefined {
    const sql = "SELECT value FROM plugin_value WHERE plugin = ? AND key = ?";
    return this.#database.prepare(sql).get(plugin, key)?.["value"] as Uint8Array | undefined;
  }

  set(plugin: string, key: string, value: Uint8Array): void {
    this.#database.prepare("INSERT OR REPLACE INTO plugin_value VALUES (?, ?, ?)").run(plugin, key, value);
  }

  delete(plugin: string, key: string): void {
    this.#database.prepare("DELETE FROM plugin_value WHERE plugin = ? AND key = ?").run(plugin, key);
  }

  keys(plugin: string): readonly string[] {
    const rows = this.#database.prepare("SELECT key FROM plugin_value WHERE plugin = ?").all(plugin);
    return rows.map(({ key }) => String(key));
  }

  clear(plugin: string): void {
    this.#database.prepare("DELETE FROM plugin_value WHERE plugin = ?").run(plugin);
  }

  usedBytes(plugin: string): number {
    const size = "octet_length(key) + octet_length(value)";
    const sql = `SELECT coalesce(sum(${size}), 0) AS used FROM plugin_value WHERE plugin = ?`;
    return Number(this.#database.prepare(sql).get(plugin)?.["used"]);
  }
}
