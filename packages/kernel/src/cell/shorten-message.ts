/** A message longer than this is cut: it goes into the embedder's memory and logs. */
const MESSAGE_MAX = 64 * 1024;

/** What a guest says in words, as far as it is handed on. */
export function shortenMessage(text: string, longest: number = MESSAGE_MAX): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… and ${text.length - longest} more characters`;
}
