import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The workspace's root, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

export interface Program {
  readonly code: string;
  readonly line: number;
  /** What the document says that it prints. */
  readonly output: string;
}

export function readDocument(path: string): string {
  return readFileSync(root + path, "utf8");
}

/** The fenced blocks that are marked `ts run`, each with the `text` block that follows it. */
export function findPrograms(document: string): readonly Program[] {
  const fences = /^```ts run\n(?<code>[\s\S]*?)^```\n\s*^```text\n(?<output>[\s\S]*?)^```/gm;
  return [...document.matchAll(fences)].map((match) => ({
    code: match.groups?.["code"] ?? "",
    output: (match.groups?.["output"] ?? "").trimEnd(),
    line: document.slice(0, match.index).split("\n").length,
  }));
}

/** Targets of the links that stay in this repository, without their anchors. */
export function findLocalLinks(document: string): readonly string[] {
  const prose = document.replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/\]\((?!https?:)(?<target>[^)#\s]+)/g)].map((match) => match.groups?.["target"] ?? "");
}
