import { inspect } from "node:util";
import { shownWords } from "../text/quoted.ts";

/** Characters of what is told of one thrown value. */
const LONGEST = 300;

/**
 * What a plugin has thrown, in words on one line of printable ASCII, which may go to a terminal: an error's name and message,
 * anything else as it would be written.
 *
 * @param thrown a copy: data, of which nothing runs when it is looked at
 * @param problem how the guest has put it; what is left where no copy could be made
 */
export function thrownWords(thrown: unknown, problem: string | undefined): string {
  const words =
    typeof thrown === "object" && thrown !== null && !(thrown instanceof Error)
      ? inspect(thrown, {
          breakLength: Number.POSITIVE_INFINITY,
          compact: true,
          maxArrayLength: 10,
          maxStringLength: 100,
        })
      : (problem ?? "what has no words");
  const line = shownWords(
    words
      .slice(0, 2 * LONGEST)
      .replace(/\s+/g, " ")
      .trim(),
    2 * LONGEST,
  );
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
