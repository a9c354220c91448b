import { ServiceError, serviceMethod } from "@vivarium/plugin-host";
import * as z from "zod";
import type { ArticleStore } from "./article-store.ts";

/** The service `articles`: what plugins may read. */
export function articlesService(articles: ArticleStore): object {
  return {
    /** Slugs and titles of all articles. */
    list: serviceMethod({ parameters: [], run: () => articles.list() }),
    /** An article as it was written. */
    read: serviceMethod({
      parameters: [z.string().max(300)],
      run: (_call, slug) => {
        const article = articles.find(slug);
        if (article === undefined) throw new ServiceError("There is no such article", { code: "E_NO_SUCH_ARTICLE" });
        const { title, markdown } = article;
        return { slug, title, markdown };
      },
    }),
  };
}
