import { marked } from "marked";
import sanitizeHtml from "sanitize-html";

const { allowedTags, allowedAttributes } = sanitizeHtml.defaults;

/** What an article may be made of: no script, no style, no frame, no handler of an event. */
const policy: sanitizeHtml.IOptions = {
  allowedTags,
  allowedAttributes: { ...allowedAttributes, h2: ["id"], h3: ["id"] },
  allowedSchemes: ["http", "https", "mailto"],
};

export async function renderMarkdown(markdown: string): Promise<string> {
  return makeSafe(await marked.parse(markdown));
}

/** Whoever has written it. */
export function makeSafe(html: string): string {
  return sanitizeHtml(html, policy);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
