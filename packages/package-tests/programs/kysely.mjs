import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";

const db = new Kysely({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (own) => new PostgresIntrospector(own),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
const query = db
  .selectFrom("person as p")
  .innerJoin("pet", "pet.owner_id", "p.id")
  .select(["p.name", sql`count(*)`.as("pets")])
  .where((of) => of.or([of("p.age", ">", 30), of("p.name", "like", "A%")]))
  .groupBy("p.name")
  .limit(5)
  .compile();
console.log(query.sql, query.parameters);
console.log(
  db
    .insertInto("pet")
    .values([{ name: "Rex", owner_id: 1 }])
    .returningAll()
    .compile().sql,
);
console.log(await db.selectFrom("pet").selectAll().execute());
