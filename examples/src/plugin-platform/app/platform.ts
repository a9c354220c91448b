import type { Server } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { type ILogger, type MetricsSink, PluginHost } from "@vivarium/plugin-host";
import { ArticleStore } from "./article-store.ts";
import { articlesService } from "./articles-service.ts";
import { Publisher } from "./publisher.ts";
import { createSite, listen } from "./site.ts";
import { SqliteStorage } from "./sqlite-storage.ts";

export interface PlatformOptions {
  /** The file of the database. */
  readonly path: string;
  /** Hears of plugins, and what they say. */
  readonly logger: ILogger;
  /** Gets the figures of plugins. */
  readonly metrics: MetricsSink;
  /** The configuration of plugins by their ids. */
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The whole service: a site, its articles and its plugins, with one database. */
export class Platform implements AsyncDisposable {
  readonly storage: SqliteStorage;
  readonly plugins: PluginHost;
  readonly publisher: Publisher;
  readonly #database: DatabaseSync;
  readonly #site: Server;

  constructor({ path, ...options }: PlatformOptions) {
    this.#database = new DatabaseSync(path);
    const articles = new ArticleStore(this.#database);
    this.storage = new SqliteStorage(this.#database);
    this.plugins = new PluginHost({
      ...options,
      services: { articles: articlesService(articles) },
      storage: this.storage,
      // Somebody looks at what each asks for, before it is taken.
      approveFirst: false,
      order: ["site.contents"],
      limits: { memoryMb: 32, cpuTimeMs: 250, wallTimeMs: 30_000 },
      emits: { perSecond: 10, burst: 50 },
      restsMs: [0],
      eventTimeoutMs: 30_000,
      breaker: { failures: 2, withinMs: 600_000, openMs: 600_000 },
    });
    this.publisher = new Publisher(articles, this.plugins);
    this.#site = createSite(articles, this.publisher);
  }

  /** @returns the address of the site */
  async open(): Promise<string> {
    return listen(this.#site);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#site.close();
    this.#site.closeAllConnections();
    await this.plugins.dispose();
    this.#database.close();
  }
}
