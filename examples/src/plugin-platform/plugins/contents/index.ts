/** Puts a table of contents before articles that have several parts. */
import type { PlatformContext, RenderedArticle } from "../../plugin-api.ts";

export function activate({ events }: PlatformContext): void {
  events.filter("article.render", addContents);
}

function addContents(article: RenderedArticle): RenderedArticle | undefined {
  const items: string[] = [];
  const html = article.html.replace(/<h2>(.*?)<\/h2>/g, (_heading, title: string) => {
    const id = `part-${items.length + 1}`;
    items.push(`<li><a href="#${id}">${title}</a></li>`);
    return `<h2 id="${id}">${title}</h2>`;
  });
  return items.length < 2 ? undefined : { ...article, html: `<nav><ul>${items.join("")}</ul></nav>${html}` };
}
