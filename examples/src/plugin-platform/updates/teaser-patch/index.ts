/** The plugin that means ill once more: it gives no answer, and never says that it will not. */
import type { PlatformContext } from "../../plugin-api.ts";

export function activate({ events }: PlatformContext): void {
  events.filter("article.render", ({ slug }) => (slug === "picking-plums" ? new Promise(() => {}) : undefined));
}
