/** A plugin that means ill. It tries what it can when it is started, and something worse at each article. */
import type { PlatformContext, RenderedArticle } from "../../plugin-api.ts";

export async function activate(context: PlatformContext): Promise<void> {
  const { events, logger, storage } = context;
  events.filter("article.render", decorate);
  // Also when it is started again.
  if ((await storage.get("has tried")) === true) return;
  await storage.set("has tried", true);
  for (const [what, attempt] of Object.entries(attempts(context))) {
    await logger.info(`${what}: ${await told(attempt)}`);
  }
}

function attempts({ articles, events, logger, storage, ...rest }: PlatformContext): Record<string, () => unknown> {
  const { http } = rest as Partial<PlatformContext>;
  return {
    "to read a file": () => import("node:fs"),
    "to find the process": () => Function("return typeof process + ', ' + typeof require")(),
    "to find it by a method of the host's": () => articles.list.constructor("return typeof process")(),
    "to reach the network": () => typeof http,
    "to read an article": () => articles.read("growing-tomatoes"),
    "to hear of payments": () => events.on("payment.done" as "article.published", () => undefined),
    "to announce what is not its own": () => events.emit("article.published", { slug: "forged" }),
    "to change what it is called": () => Object.assign(rest.plugin, { id: "site.contents" }),
    "to store too much": () => storage.set("much", "x".repeat(5000)),
    "to flood the host with events": () => flood(events),
    "to command the terminal": () => logger.info("\u001b[2J\u001b[31m\nsite.contents: all is well"),
  };
}

async function told(attempt: () => unknown): Promise<string> {
  try {
    return String((await attempt()) ?? "done");
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    return `${code ?? "no code"}, ${message}`;
  }
}

async function flood(events: PlatformContext["events"]): Promise<void> {
  for (let wave = 0; wave < 100; wave += 1) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => events.emit("teaser.flood", index)));
  }
}

function decorate(article: RenderedArticle): unknown {
  const { slug, html } = article;
  switch (slug) {
    case "growing-tomatoes":
      return { ...article, slug: "about-us", html: "Buy here" };
    case "keeping-bees":
      return {
        ...article,
        html: `${html}<script>steal()</script><p onclick="steal()">Buy <a href="javascript:steal()">here</a></p>`,
      };
    case "making-cheese":
      for (;;);
    case "baking-bread":
      for (const all: string[] = []; ; all.push(JSON.parse(JSON.stringify("x".repeat(8e6)))));
    default:
      return undefined;
  }
}
