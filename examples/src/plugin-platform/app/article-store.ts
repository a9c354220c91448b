import type { DatabaseSync } from "node:sqlite";

export interface Article {
  /** By which it is found: `growing-tomatoes`. */
  readonly slug: string;
  readonly title: string;
  readonly markdown: string;
  /** As it is served: safe, whoever has had a hand in it. */
  readonly html: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, markdown TEXT NOT NULL, html TEXT NOT NULL
  ) STRICT;
`;

/** Articles in a SQLite database. */
export class ArticleStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(schema);
  }

  /** @returns false if there is one of that slug */
  add({ slug, title, markdown, html }: Article): boolean {
    const sql = "INSERT OR IGNORE INTO article (slug, title, markdown, html) VALUES (?, ?, ?, ?)";
    return this.#database.prepare(sql).run(slug, title, markdown, html).changes === 1;
  }

  find(slug: string): Article | undefined {
    const row = this.#database.prepare("SELECT slug, title, markdown, html FROM article WHERE slug = ?").get(slug);
    return row as Article | undefined;
  }

  /** The first one first. */
  list(): readonly Pick<Article, "slug" | "title">[] {
    const rows = this.#database.prepare("SELECT slug, title FROM article ORDER BY number").all();
    return rows.map(({ slug, title }) => ({ slug: String(slug), title: String(title) }));
  }
}
