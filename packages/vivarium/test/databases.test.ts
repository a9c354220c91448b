import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import {
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";

const filesystem = createInMemoryFileSystem();
await filesystem.mkdir("/data");
await filesystem.mkdir("/secret");
await filesystem.symlink("/secret", "/data/link");
const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem,
    permissions: { fs: ({ path }) => path === "/" || path.startsWith("/data") },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});
afterAll(() => runtime.dispose());

async function exportsOf(program: string): Promise<unknown> {
  const { exports, errorMessage } = await runtime.run(
    `const { DatabaseSync, backup } = require("node:sqlite");
    const caught = (work) => { try { return work(); } catch (error) { return error.message; } };
    ${program}`,
  );
  expect(errorMessage).toBeUndefined();
  return exports;
}

it("keeps databases in the guest's files, where this Node reads them", async () => {
  await exportsOf(`
    const db = new DatabaseSync("/data/a.db");
    db.exec("CREATE TABLE t (a); INSERT INTO t VALUES ('from a guest'), (randomblob(100000))");
    db.close();
  `);
  const copy = new DatabaseSync(":memory:");
  copy.deserialize(await filesystem.readFile("/data/a.db"));
  expect(copy.prepare("SELECT typeof(a) AS kind, length(a) AS size FROM t").all()).toEqual([
    { kind: "text", size: 12 },
    { kind: "blob", size: 100_000 },
  ]);
  copy.exec("INSERT INTO t VALUES ('from the host')");
  await filesystem.writeFile("/data/b.db", copy.serialize());
  expect(
    await exportsOf(`module.exports = new DatabaseSync("/data/b.db").prepare("SELECT a FROM t").all().at(-1)`),
  ).toEqual({ a: "from the host" });
});

it("keeps connections apart by locks, also where there is a write-ahead log", async () => {
  expect(
    await exportsOf(`
      const [one, other] = ["", "?cache=private"].map((end) => new DatabaseSync("file:/data/wal.db" + end));
      module.exports = [one.prepare("PRAGMA journal_mode = WAL").get()];
      one.exec("CREATE TABLE t (a); BEGIN; INSERT INTO t VALUES (1)");
      const count = () => other.prepare("SELECT count(*) AS n FROM t").get().n;
      module.exports.push(count(), caught(() => other.exec("INSERT INTO t VALUES (2)")));
      one.exec("COMMIT");
      module.exports.push(count());
    `),
  ).toEqual([{ journal_mode: "wal" }, 0, "database is locked", 1]);
});

// A write-ahead log is one guest's at a time, until it closes the database.
it.each([
  ["DELETE", [2, "database is locked", 3]],
  ["WAL", ["database is locked", "database is locked", 2]],
])("keeps a thread from a database while another one writes to it (journal_mode = %s)", async (mode, expected) => {
  const thread = `
    const { DatabaseSync } = require("node:sqlite"), { parentPort } = require("node:worker_threads");
    parentPort.on("message", (timeout) => {
      let db;
      try {
        db = new DatabaseSync("/data/shared-${mode}.db", { timeout });
        db.exec("INSERT INTO t VALUES (2)");
        parentPort.postMessage(db.prepare("SELECT count(*) AS n FROM t").get().n);
      } catch (error) { parentPort.postMessage(error.message); }
      db?.close();
    });`;
  expect(
    await exportsOf(`
      const { Worker } = require("node:worker_threads"), { once } = require("node:events");
      const db = new DatabaseSync("/data/shared-${mode}.db");
      db.exec("PRAGMA journal_mode = ${mode}; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
      const thread = new Worker(${JSON.stringify(thread)}, { eval: true });
      const ask = async (timeout) => { thread.postMessage(timeout); return (await once(thread, "message"))[0]; };
      module.exports = [];
      (async () => {
        module.exports.push(await ask(0));
        db.exec("BEGIN EXCLUSIVE");
        module.exports.push(await ask(0));
        setTimeout(() => { db.exec("COMMIT"); db.close(); }, 50);
        module.exports.push(await ask(10_000));
        thread.terminate();
      })();
    `),
  ).toEqual(expected);
});

it("reaches no file that the guest may not reach, by whatever statement", async () => {
  const statements = [
    "ATTACH '/secret/a.db' AS other; CREATE TABLE other.t (a)",
    "VACUUM INTO '/secret/b.db'",
    "ATTACH 'file:/data/../secret/c.db' AS c; CREATE TABLE c.t (a)",
    "SELECT load_extension('/data/x')",
  ];
  expect(
    await exportsOf(`
      const db = new DatabaseSync(":memory:", { allowExtension: true });
      db.exec("CREATE TABLE t (a)");
      module.exports = ${JSON.stringify(statements)}.map((sql) => caught(() => db.exec(sql)));
      module.exports.push(caught(() => new DatabaseSync("/data/link/d.db")), caught(() => db.loadExtension("/x")));
      backup(db, "/secret/e.db").catch((error) => module.exports.push(error.message));
    `),
  ).toEqual([
    "unable to open database: /secret/a.db",
    expect.stringMatching(/unable to open database/),
    expect.stringMatching(/unable to open database/),
    expect.stringMatching(/no such function|not authorized/),
    "unable to open database file",
    "sqlite.DatabaseSync.loadExtension is not implemented in this guest",
    "unable to open database file",
  ]);
  expect(await filesystem.readDir("/secret")).toEqual([]);
});

it("copies a database page by page, over another one, too", async () => {
  expect(
    await exportsOf(`
      const db = new DatabaseSync("/data/source.db");
      db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(20000)), (7)");
      const target = new DatabaseSync("/data/target.db");
      target.exec("PRAGMA page_size = 1024; VACUUM; CREATE TABLE old (a); INSERT INTO old VALUES (randomblob(9999))");
      target.close();
      const told = [];
      backup(db, "/data/target.db", { rate: 4, progress: (one) => told.push(one) }).then((pages) => {
        const copy = new DatabaseSync("/data/target.db");
        const text = (sql) => Object.values(copy.prepare(sql).get())[0];
        module.exports = [pages, told, text("PRAGMA integrity_check"), text("PRAGMA page_count"), text("SELECT a FROM t WHERE rowid = 2")];
      });
    `),
  ).toEqual([6, [{ totalPages: 6, remainingPages: 2 }], "ok", 6, 7]);
});

it("does not lose its place when a function that it calls ends what it is doing", async () => {
  expect(
    await exportsOf(`
      const db = new DatabaseSync(":memory:");
      module.exports = [];
      const statement = () => db.prepare("SELECT f() AS x");
      db.function("f", () => { for (const end of [() => db.close(), () => db.deserialize(new Uint8Array(1)), () => own.get()]) module.exports.push(caught(end)); });
      const own = statement();
      own.get();
      db.function("f", function deeper() { return statement().get().x; });
      module.exports.push(caught(() => own.get()), caught(() => new DatabaseSync(":memory:").prepare("SELECT 1 AS x").get().x));
    `),
  ).toEqual([
    ...Array.from({ length: 3 }, () => "database is in use by the function that it has called"),
    expect.any(String),
    1,
  ]);
});
