import { and, desc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/sql-js";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import initSqlJs from "sql.js";

const SQL = await initSqlJs();
const db = drizzle(new SQL.Database());
const people = sqliteTable("people", { id: integer().primaryKey(), name: text().notNull(), born: integer() });
db.run(sql`CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER)`);
db.insert(people)
  .values([
    { name: "Ada", born: 1815 },
    { name: "Alan", born: 1912 },
    { name: "Grace", born: 1906 },
  ])
  .run();
console.log(db.select().from(people).where(gt(people.born, 1900)).orderBy(desc(people.born)).all());
db.update(people)
  .set({ born: 1 })
  .where(and(eq(people.name, "Ada"), gt(people.born, 0)))
  .run();
const query = db.select({ name: people.name }).from(people).where(eq(people.born, 1));
console.log(query.toSQL(), query.get());
