import type { Guest } from "../../guest.ts";
import { StringPrototypeStartsWith } from "../../primordial.ts";

/** The path behind a `file:` URL, for messages; other text stays as it is. */
export function fileURLText(guest: Guest, text: string): string {
  if (!StringPrototypeStartsWith(text, "file://")) return text;
  const { fileURLToPath } = guest.library.require("internal/url") as { fileURLToPath(url: string): string };
  return fileURLToPath(text);
}
