// Uses databases in memory in every way, and prints what comes of it. The same program runs in Node and in a guest.
process.removeAllListeners("warning");
const { DatabaseSync, StatementSync, Session, constants } = require("node:sqlite");
const { inspect } = require("node:util");

const print = (...values) => process.stdout.write(`${values.join(" ")}\n`);
const attempt = (name, work) => {
  try {
    print(name, inspect(work(), { depth: 4 }));
  } catch (error) {
    print(name, "throws", error?.name, error?.code, error?.errcode, error?.errstr, error?.message ?? error);
  }
};
const open = (...options) => new DatabaseSync(":memory:", ...options);
const db = open();

function values() {
  db.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b, c TEXT)");
  const insert = db.prepare("INSERT INTO t (b, c) VALUES (?, ?)");
  for (const value of [
    1,
    1.5,
    -0,
    2n ** 62n,
    null,
    true,
    "é😀\0z",
    new Uint8Array([1, 2]),
    new DataView(new ArrayBuffer(2)),
  ]) {
    attempt("insert", () => insert.run(value, typeof value));
  }
  for (const value of [undefined, {}, Symbol("s"), () => 1, 2n ** 63n]) attempt("refuse", () => insert.run(1, value));
  attempt("all", () => db.prepare("SELECT b, typeof(b) AS kind, c FROM t WHERE typeof(b) <> 'integer'").all());
  attempt("too large", () => db.prepare("SELECT b FROM t WHERE c = 'bigint'").get());
  const large = db.prepare("SELECT b FROM t WHERE c = 'bigint'", { readBigInts: true, returnArrays: true });
  attempt("large", () => large.all());
  attempt("malformed text", () => db.prepare("SELECT CAST(x'ff41' AS TEXT) AS x").get());
  attempt("columns", () => db.prepare("SELECT a AS x, b, 1 + 1 FROM t").columns());
}

function parameters() {
  attempt("numbered", () => db.prepare("SELECT ?2 AS a, ?1 AS b").get(1, 2));
  attempt("named", () => db.prepare("SELECT $a AS a, ? AS b, :c AS c").get({ a: 1, ":c": 3 }, 2));
  attempt("unknown", () => db.prepare("SELECT $a AS a").get({ b: 1 }));
  attempt("unknown, allowed", () => db.prepare("SELECT $a AS a", { allowUnknownNamedParameters: true }).get({ b: 1 }));
  attempt("both", () => db.prepare("SELECT $a AS a, @a AS b").get({ a: 1 }));
  attempt("too many", () => db.prepare("SELECT ? AS a").get(1, 2));
  const statement = db.prepare("SELECT ? AS a");
  attempt("expanded", () => [statement.get("it's"), statement.sourceSQL, statement.expandedSQL]);
}

function rows() {
  const rows = db.prepare("SELECT a FROM t LIMIT 3");
  attempt("iterate", () => [...rows.iterate()]);
  const steps = rows.iterate();
  attempt("steps", () => [steps.next(), steps.return(), steps.next(), inspect(steps)]);
  const invalid = rows.iterate();
  invalid.next();
  rows.all();
  attempt("invalid", () => invalid.next());
  const many = Array.from({ length: 600 }, (_, index) => db.prepare(`SELECT ${index} AS n, ? AS x`));
  attempt("many", () => many.reduce((sum, one) => sum + one.get(1).n, 0));
  attempt("expanded", () => many[0].expandedSQL);
}

function functions() {
  db.function("twice", { deterministic: true }, (x) => (typeof x === "string" ? x + x : x * 2));
  db.function("all_of", { varargs: true, useBigIntArguments: true }, (...args) => args.length + String(args[0]));
  db.function("within", (sql) => db.prepare(sql).get()?.n);
  db.function("thrown", () => {
    throw new TypeError("thrown within");
  });
  for (const value of [null, undefined, 5n, 2n ** 63n, "x", new Uint8Array(1), true, {}, Promise.resolve()]) {
    db.function("value", () => value);
    attempt("result", () => db.prepare("SELECT value() AS v, typeof(value()) AS kind").get());
  }
  attempt("call", () => db.prepare("SELECT twice(2) AS a, twice('ab') AS b, all_of(1, 2) AS c").get());
  attempt("within", () => db.prepare("SELECT within('SELECT 7 AS n') AS n").get());
  attempt("thrown within", () => db.prepare("SELECT within('SELECT thrown() AS n') AS n").get());
  attempt("wrong count", () => db.prepare("SELECT twice(1, 2)"));
  attempt("no function", () => db.function("x", {}));
  db.aggregate("joined", { start: () => [], step: (all, x) => [...all, x], result: (all) => all.join("+") });
  db.aggregate("sum_of", { start: 0, step: (sum, x) => sum + x, inverse: (sum, x) => sum - x });
  attempt("aggregate", () => db.prepare("SELECT joined(a) AS j, sum_of(a) AS s FROM t").get());
  attempt("grouped", () => db.prepare("SELECT joined(a) AS j FROM t GROUP BY a % 2").all());
  attempt("empty", () => db.prepare("SELECT joined(a) AS j, sum_of(a) AS s FROM t WHERE 0").get());
  const window = "SELECT sum_of(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM t LIMIT 4";
  attempt("window", () => db.prepare(window).all());
  attempt("no window", () => db.prepare("SELECT joined(a) OVER () FROM t"));
}

function changes() {
  const [one, other] = [open(), open()];
  for (const each of [one, other]) each.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
  const session = one.createSession({ table: "t" });
  one.exec("INSERT INTO t VALUES (1, 'x'), (2, 'y')");
  other.exec("INSERT INTO t VALUES (2, 'z')");
  attempt("abort", () => other.applyChangeset(session.changeset()));
  const omit = {
    onConflict: (kind) => (kind === constants.SQLITE_CHANGESET_CONFLICT ? 0 : 2),
    filter: (name) => name === "t",
  };
  attempt("omit", () => [other.applyChangeset(session.patchset(), omit), other.prepare("SELECT * FROM t").all()]);
  attempt("junk", () => other.applyChangeset(new Uint8Array([1, 2, 3])));
  attempt("bad answer", () => other.applyChangeset(session.changeset(), { onConflict: () => "x" }));
  attempt("closed", () => [session.close(), session.changeset()]);
  attempt("not made", () => new Session());
}

function whole() {
  const bytes = db.serialize();
  const copy = open();
  const before = copy.prepare("SELECT 1");
  attempt("deserialize", () => [copy.deserialize(bytes), copy.prepare("SELECT count(*) AS n FROM t").get()]);
  attempt("ended", () => before.get());
  attempt("not bytes", () => copy.deserialize("x"));
  attempt("empty", () => copy.deserialize(new Uint8Array(0)));
  attempt("not one", () => [copy.deserialize(new Uint8Array(512).fill(7)), copy.prepare("SELECT * FROM t")]);
  attempt("location", () => [db.location(), db.isOpen, db.isTransaction, Object.keys(db), inspect(db)]);
  attempt("limits", () => {
    const small = open({ limits: { sqlLength: 20 } });
    return [small.limits.sqlLength, small.prepare("SELECT 12345678901234567890")];
  });
  attempt("extensions", () => db.loadExtension("/x"));
  for (const options of [[], [{ defensive: true }], [{ defensive: false }]]) {
    const one = open(...options);
    one.exec("PRAGMA journal_mode = OFF");
    attempt("defensive", () => one.prepare("PRAGMA journal_mode").get());
  }
  attempt("foreign keys", () => db.prepare("PRAGMA foreign_keys").get());
  attempt("quotes", () => db.prepare('SELECT "no column" AS x'));
  attempt("quotes, allowed", () =>
    open({ enableDoubleQuotedStringLiterals: true }).prepare('SELECT "text" AS x').get(),
  );
  attempt("pages", () => db.prepare("PRAGMA page_size").get());
  attempt("search", () => {
    db.exec("CREATE VIRTUAL TABLE s USING fts5(x); INSERT INTO s VALUES ('one two'), ('three')");
    return db.prepare("SELECT x FROM s WHERE s MATCH 'two'").all();
  });
  attempt("functions of its own", () =>
    db.prepare(`SELECT json('{"a": [1]}') AS j, round(sin(1), 6) AS s, upper('é') AS u`).get(),
  );
  attempt("dates", () =>
    db.prepare("SELECT datetime(0, 'unixepoch') AS utc, strftime('%j', '2024-12-31') AS day").get(),
  );
}

function asked() {
  const seen = [];
  const own = open();
  own.exec("CREATE TABLE secrets (s)");
  own.setAuthorizer((action, ...about) => {
    seen.push([action, ...about]);
    return action === constants.SQLITE_READ ? 1 : 0;
  });
  attempt("denied", () => own.prepare("SELECT s FROM secrets"));
  attempt("asked", () => seen);
  for (const answer of ["x", 3]) {
    own.setAuthorizer(() => answer);
    attempt("bad answer", () => own.prepare("SELECT 1"));
  }
  attempt("not a function", () => own.setAuthorizer(1));
  attempt("no more", () => [own.setAuthorizer(null), own.prepare("SELECT 1 AS x").get()]);
  const tags = own.createTagStore(2);
  attempt("tags", () => [
    tags.get`SELECT ${1} AS a`,
    tags.all`SELECT ${2} AS b`,
    tags.run`SELECT 3`,
    tags.size,
    tags.capacity,
  ]);
  attempt("no tag", () => tags.get("SELECT 1"));
}

function closed() {
  const statement = db.prepare("SELECT 1 AS x");
  const steps = statement.iterate();
  attempt("close", () => [db.close(), db.isOpen]);
  for (const work of [() => statement.get(), () => steps.next(), () => db.exec("SELECT 1"), () => db.close()]) {
    attempt("closed", work);
  }
  attempt("disposed", () => db[Symbol.dispose]());
  attempt("again", () => [db.open(), db.prepare("SELECT 2 AS x").get(), db.isOpen]);
  attempt("options", () => new DatabaseSync(":memory:", undefined));
  attempt("without new", () => DatabaseSync(":memory:"));
  attempt("not made", () => new StatementSync());
  for (const path of [1, "a\0b", new URL("http://a.test/"), {}]) attempt("path", () => new DatabaseSync(path));
  for (const sql of [1, "", "-- nothing", "SELEC"]) attempt("sql", () => db.prepare(sql));
}

for (const part of [values, parameters, rows, functions, changes, whole, asked, closed]) part();
