import { refusedUses } from "./refusals.table.ts";
import { tryRefusedUse } from "./try-refused-use.ts";

/**
 * The page that names what a guest refuses, in the guest's own words.
 *
 * @throws an `Error` that names a use which is no longer refused, and belongs off the table
 */
export async function renderRefusalsPage(): Promise<string> {
  const sections: string[] = [];
  for (const { title, uses } of refusedUses) {
    const rows: string[] = [];
    for (const use of uses) {
      const refusal = await tryRefusedUse(use);
      if (refusal === undefined) throw new Error(`Nothing refuses ${use}`);
      rows.push(`| \`${use}\` | \`${refusal.code}\` | ${inCell(refusal.message)} |`);
    }
    sections.push(`## ${title}\n\n| a program's | ends in | which says |\n|---|---|---|\n${rows.join("\n")}\n`);
  }
  return `# What a guest refuses by name

No gap is silent. What Node has and a guest does not throws, or rejects, with an error that names it, also where every
permission is given. \`ERR_VIVARIUM_UNIMPLEMENTED\` names the part of Node's native side that is not there; the library
above it loads, so that a program which only mentions it runs. Where Node's library wraps it in an error of its own
(\`fetch\` in "fetch failed", \`crypto.subtle\` in an \`OperationError\`), it is that error's \`cause\`. How much works is [told
by Node's own tests](node-compatibility.md).

${sections.join("\n")}
This page is written by trying each of these in a guest:

\`\`\`sh
pnpm conformance --refusals docs/refused-by-name.md
\`\`\`
`;
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
