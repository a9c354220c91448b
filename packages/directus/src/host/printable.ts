const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/** A stranger's text for a log: without what would command a terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
