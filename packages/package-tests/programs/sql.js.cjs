const initSqlJs = require("sql.js");

initSqlJs().then((SQL) => {
  const db = new SQL.Database();
  db.run("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born INTEGER)");
  const insert = db.prepare("INSERT INTO person (name, born) VALUES (?, ?)");
  for (const person of [
    ["Ada", 1815],
    ["Alan", 1912],
    ["Grace", 1906],
  ])
    insert.run(person);
  insert.free();
  const [{ columns, values }] = db.exec("SELECT name, 2000 - born AS age FROM person WHERE born > 1900 ORDER BY age");
  console.log(columns, values);
  try {
    db.run("SELECT nothing FROM nowhere");
  } catch (error) {
    console.log(error.message);
  }
  const copy = new SQL.Database(db.export());
  console.log(copy.exec("SELECT count(*) FROM person")[0].values);
});
