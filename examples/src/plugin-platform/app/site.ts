import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { ArticleStore } from "./article-store.ts";
import { draftSchema, type Publisher } from "./publisher.ts";
import { escapeHtml } from "./render-markdown.ts";

const MOST_BYTES = 1_000_000;

interface Answer {
  readonly status: number;
  /** HTML. */
  readonly body: string;
}

/** The site, to be listened to. */
export function createSite(articles: ArticleStore, publisher: Publisher): Server {
  return createServer(async (request, response) => {
    const answer = await answerOf(request, articles, publisher).catch(() => failure(500));
    send(response, answer);
  });
}

async function answerOf(request: IncomingMessage, articles: ArticleStore, publisher: Publisher): Promise<Answer> {
  const { method, url = "/" } = request;
  const slug = /^\/articles\/([a-z0-9-]+)$/.exec(url)?.[1];
  if (method === "POST" && url === "/articles") return publish(request, publisher);
  if (method !== "GET") return failure(405);
  if (url === "/") return page("Articles", `<ul>${articles.list().map(item).join("")}</ul>`);
  const article = slug === undefined ? undefined : articles.find(slug);
  return article === undefined ? failure(404) : page(article.title, article.html);
}

async function publish(request: IncomingMessage, publisher: Publisher): Promise<Answer> {
  const draft = draftSchema.safeParse(await readJson(request));
  if (!draft.success) return failure(400);
  const article = await publisher.publish(draft.data);
  return article === undefined ? failure(409) : page(article.title, article.html, 201);
}

/** @returns undefined for what is none, or too long */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const { "content-type": type, "content-length": length } = request.headers;
  // Of another type, a form of another site could send it.
  if (type !== "application/json" || !(Number(length) <= MOST_BYTES)) return undefined;
  try {
    return JSON.parse(await text(request));
  } catch {
    return undefined;
  }
}

function item({ slug, title }: { readonly slug: string; readonly title: string }): string {
  return `<li><a href="/articles/${slug}">${escapeHtml(title)}</a></li>`;
}

function page(title: string, content: string, status = 200): Answer {
  const name = escapeHtml(title);
  return { status, body: `<!doctype html><meta charset="utf-8"><title>${name}</title><h1>${name}</h1>${content}` };
}

function failure(status: number): Answer {
  return page(`Error ${status}`, "", status);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

/** Listens on loopback, on a port that is free. @returns where */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server of HTTP listens to a port");
  return `http://127.0.0.1:${address.port}`;
}
