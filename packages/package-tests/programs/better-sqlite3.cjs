const Database = require("better-sqlite3");

try {
  const db = new Database(":memory:");
  console.log(db.prepare("SELECT 1 + 1 AS two").get());
} catch (error) {
  console.log(error.code, /[^/]+\.node/.exec(error.message)?.[0]);
}
