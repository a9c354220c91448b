/** What a guest has said, as a message has it: no longer than this, and without characters that do more than show. */
export function told(said: unknown): string {
  return typeof said === "string" ? JSON.stringify(said.slice(0, 100)) : `a value of type ${typeof said}`;
}
