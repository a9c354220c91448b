import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const tooMuch: readonly OutcomeKind[] = [
  "cpu-time-limit",
  "wall-time-limit",
  "out-of-memory",
  "process-memory-limit",
  "system-call-limit",
];

const sqlite = `const { DatabaseSync } = require("node:sqlite");
  const random = (below) => Math.floor(Math.random() * below);
  const changed = (bytes, count) => { const copy = Uint8Array.from(bytes); for (let i = 0; i < count; i++) copy[random(random(2) ? 100 : copy.length) % copy.length] = random(256); return copy; };`;

const wasi = `const { WASI } = require("node:wasi");
  const fs = require("node:fs");
  fs.mkdirSync("/workspace/box");
  const wasi = new WASI({ version: "preview1", preopens: { "/": "/workspace/box" } });
  const calls = wasi.wasiImport;
  const memory = new WebAssembly.Memory({ initial: 2 });
  wasi.finalizeBindings({ exports: { memory } });
  const numbers = new DataView(memory.buffer);
  const at = (path, to = 1024) => [to, Buffer.from(memory.buffer).write(path, to)];
  const ALL = (1n << 29n) - 1n;`;

/** Programs that hand SQLite and WASI what nobody should. */
export const databasePrograms: ProgramGroup = {
  name: "databases",
  programs: [
    {
      name: "databases-of-junk",
      program: `${sqlite}
        const good = new DatabaseSync(":memory:");
        good.exec("CREATE TABLE t (a, b); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, hex(randomblob(5000))), (2, zeroblob(9000))");
        const bytes = good.serialize();
        for (;;) {
          const db = new DatabaseSync(":memory:", { defensive: false });
          try { db.deserialize(changed(bytes, random(30))); db.exec("PRAGMA integrity_check; UPDATE t SET b = a; DELETE FROM t WHERE a > 1; VACUUM"); } catch {}
          db.close();
        }`,
      ends: tooMuch,
    },
    {
      name: "changesets-of-junk",
      program: `${sqlite}
        const db = new DatabaseSync(":memory:");
        db.exec("CREATE TABLE t (a PRIMARY KEY, b)");
        const session = db.createSession();
        db.exec("INSERT INTO t VALUES (1, 'x'), (2, zeroblob(30))");
        const bytes = session.changeset();
        for (;;) try { db.applyChangeset(changed(bytes, 3), { onConflict: () => random(4) }); } catch {}`,
      ends: tooMuch,
    },
    {
      name: "databases-under-its-feet",
      program: `${sqlite} const fs = require("node:fs");
        for (let i = 0; ; i++) {
          const path = "/workspace/a" + (i % 3) + ".db";
          try {
            const db = new DatabaseSync(path);
            try { db.exec("PRAGMA journal_mode = " + ["WAL", "DELETE", "TRUNCATE"][random(3)] + "; CREATE TABLE IF NOT EXISTS t (a); BEGIN; INSERT INTO t VALUES (randomblob(20000))"); } catch {}
            const act = random(4);
            if (act === 0) fs.truncateSync(path, random(9000));
            if (act === 1) fs.writeFileSync(path + ["-wal", "-journal"][random(2)], changed(new Uint8Array(5000), 500));
            if (act === 2) fs.unlinkSync(path);
            try { db.exec("COMMIT; SELECT * FROM t"); } catch {}
            db.close();
          } catch {}
        }`,
      ends: tooMuch,
    },
    {
      name: "locks-that-threads-fight-for",
      program: `${sqlite} const { Worker, isMainThread } = require("node:worker_threads");
        if (isMainThread) for (let i = 0; i < 3; i++) new Worker(__filename);
        for (;;) try {
          const db = new DatabaseSync("/workspace/shared.db", { timeout: random(2), readOnly: random(3) === 0 });
          db.exec("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
          if (random(2)) db.close();
        } catch {}`,
      ends: tooMuch,
    },
    {
      name: "wasi-links-in-place-of-directories",
      program: `${wasi}
        fs.writeFileSync("/workspace/secret", "secret");
        calls.path_create_directory(3, ...at("home"));
        calls.path_open(3, 0, ...at("home"), 2, ALL, ALL, 0, 16);
        const home = numbers.getUint32(16, true);
        const found = [];
        for (const target of ["..", "../../workspace", "moved/../..", "../box/..", "."]) {
          calls.path_rename(3, ...at("home"), 3, ...at("moved", 512));
          calls.path_symlink(...at(target, 512), 3, ...at("home"));
          for (const path of ["secret", "../secret", "home/secret", "./box/../secret", "../../workspace/secret"])
            for (const how of [0, 1, 8]) if (calls.path_open(home, 1, ...at(path), how, 2n | 64n, 0n, 0, 16) === 0 && !fs.existsSync("/workspace/box/secret")) found.push([target, path]);
          fs.rmSync("/workspace/box/secret", { force: true });
          calls.path_unlink_file(3, ...at("home"));
          calls.path_rename(3, ...at("moved"), 3, ...at("home", 512));
        }
        module.exports = [found, fs.readFileSync("/workspace/secret", "utf8")];`,
      ends: ["returned"],
      answer: [[], "secret"],
    },
    {
      name: "wasi-pieces-without-end",
      program: `${wasi}
        calls.path_open(3, 0, ...at("file"), 1, ALL, 0n, 0, 16);
        const file = numbers.getUint32(16, true);
        for (let i = 0; i < 4096; i++) { numbers.setUint32(8 * i, 65536, true); numbers.setUint32(8 * i + 4, 65536, true); }
        for (;;) { calls.fd_write(file, 0, 2 ** 32 - 1, 40000); calls.fd_pwrite(file, 0, 4096, 2n ** 63n, 40000); calls.fd_pread(file, 0, 4096, 0n, 40000); calls.fd_allocate(file, 0n, 2n ** 62n); calls.random_get(0, 131072); }`,
      ends: tooMuch,
    },
  ],
};
