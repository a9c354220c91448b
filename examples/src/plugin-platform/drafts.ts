import type { Draft } from "./app/publisher.ts";

const parts = "Two words.\n\n## Before\n\nSome *more* words.\n\n## After\n\nAnd the last.";

/** What the site publishes, and what the teaser does at each. */
export const drafts: readonly (Draft & { readonly attack: string })[] = [
  { title: "Growing tomatoes", markdown: parts, attack: "makes another article of it" },
  { title: "Keeping bees", markdown: parts, attack: "puts scripts into it" },
  { title: "Making cheese", markdown: parts, attack: "computes for ever" },
  { title: "Baking bread", markdown: parts, attack: "takes all memory" },
  { title: "Brewing tea", markdown: parts, attack: "is out of service" },
];

/** What its next version does. */
export const next: typeof drafts = [{ title: "Picking plums", markdown: parts, attack: "never answers" }];

/** What is published when the word count tells readers. */
export const last: Draft = { title: "Resting", markdown: "Nine words are what this article has in all." };
