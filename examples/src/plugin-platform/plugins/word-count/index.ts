/** Counts the words of articles, keeps the counts, and tells a webhook of them. */
import type { PlatformContext } from "../../plugin-api.ts";

export function activate({ config, events, http, metrics, storage }: PlatformContext): void {
  events.on("article.published", async ({ slug, markdown }) => {
    const words = markdown.match(/\p{L}+/gu)?.length ?? 0;
    await storage.set(`words:${slug}`, words);
    await metrics.increment("words", words);
    const webhook = String(await config.get("webhook"));
    await http.fetch(webhook, { method: "POST", body: JSON.stringify({ slug, words }) });
  });
}
