import type { PluginHost } from "@vivarium/plugin-host";
import * as z from "zod";
import type { Article, ArticleStore } from "./article-store.ts";
import { makeSafe, renderMarkdown } from "./render-markdown.ts";

/** What somebody wants to publish. */
export const draftSchema = z.strictObject({ title: z.string().min(1).max(200), markdown: z.string().max(100_000) });
export type Draft = z.output<typeof draftSchema>;

/** Publishes articles, and lets plugins have a hand in them. */
export class Publisher {
  readonly #articles: ArticleStore;
  readonly #plugins: PluginHost;
  readonly #told = new Set<Promise<void>>();

  constructor(articles: ArticleStore, plugins: PluginHost) {
    this.#articles = articles;
    this.#plugins = plugins;
  }

  /** @returns undefined if there is an article of that name */
  async publish({ title, markdown }: Draft): Promise<Article | undefined> {
    const slug = slugOf(title);
    const html = await this.#decorate({ slug, title, html: await renderMarkdown(markdown) });
    const article = { slug, title, markdown, html };
    if (!this.#articles.add(article)) return undefined;
    this.#tell(article);
    return article;
  }

  /** Settles when plugins are through with what they were told. */
  async told(): Promise<void> {
    await Promise.all(this.#told);
  }

  /** Of what plugins make of an article nothing but its HTML is taken, and that is not believed. */
  async #decorate(article: Pick<Article, "slug" | "title" | "html">): Promise<string> {
    const { slug, title } = article;
    const schema = z.strictObject({ slug: z.literal(slug), title: z.literal(title), html: z.string().max(1_000_000) });
    const decorated = await this.#plugins.filter("article.render", article, {
      accept: (value) => schema.safeParse(value).success,
    });
    return makeSafe(schema.parse(decorated).html);
  }

  /** Nobody who publishes waits for plugins to hear of it. */
  #tell({ slug, title, markdown }: Article): void {
    const telling = this.#plugins.emit("article.published", { slug, title, markdown });
    // Rejected when the service ends: then there is nobody to tell.
    const told = telling.then(ignore, ignore).finally(() => this.#told.delete(told));
    this.#told.add(told);
  }
}

function slugOf(title: string): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ["article"];
  return words.join("-");
}

function ignore(): void {}
