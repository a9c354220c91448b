/** What comes of an update that nobody approves: nothing. */
export function activate(): void {
  throw new Error("This is never run");
}
