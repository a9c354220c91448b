import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RepeatMessage } from "../../src/channel/cell-message.ts";
import { QuietOpening } from "../../src/replica/quiet-opening.ts";

const O_WRONLY = 1;

function message(name: RepeatMessage["name"], args: RepeatMessage["args"], result = 0): RepeatMessage {
  return { kind: "repeat", name, args, input: new Uint8Array(), result, timeMs: 0 };
}
const opens = (fd: number, flags = 0): RepeatMessage => message("fs.open", [`/${fd}`, flags, 0], fd);
const closes = (fd: number, result = 0): RepeatMessage => message("fs.close", [fd], result);
const makes = message("fs.mkdir", ["/made", 0, false]);

/** What the host hears within the turn in which all that is said, and after it. */
async function heard(...said: readonly RepeatMessage[]) {
  const told: RepeatMessage[] = [];
  const quiet = new QuietOpening((each) => told.push(each));
  for (const each of said) quiet.repeat(each);
  const atOnce = [...told];
  await nextTurn();
  await nextTurn();
  return { atOnce, inTheEnd: told };
}

describe("a file that is opened for reading", () => {
  test("and closed at once is not told of, however often", async () => {
    const { inTheEnd } = await heard(opens(3), closes(3), opens(3), closes(3));
    expect(inTheEnd).toEqual([]);
  });

  test("is told of before anything else happens", async () => {
    const [other, [first, second]] = [opens(9, O_WRONLY), [opens(3), opens(4)]] as const;
    expect((await heard(first, makes, closes(3))).atOnce).toEqual([first, makes, closes(3)]);
    expect((await heard(first, second, closes(3))).atOnce).toEqual([first, second, closes(3)]);
    expect((await heard(first, other)).atOnce).toEqual([first, other]);
    expect((await heard(first, closes(4))).atOnce).toEqual([first, closes(4)]);
    expect((await heard(first, closes(3, -5))).atOnce).toEqual([first, closes(3, -5)]);
  });

  test("is told of once the turn is over, and once only", async () => {
    const opening = opens(3);
    const { atOnce, inTheEnd } = await heard(opening);
    expect(atOnce).toEqual([]);
    expect(inTheEnd).toEqual([opening]);
  });

  test("is told of when that is asked for, and no more when the run is over", async () => {
    const told: RepeatMessage[] = [];
    const quiet = new QuietOpening((each) => told.push(each));
    quiet.repeat(opens(3));
    quiet.tell();
    expect(told).toHaveLength(1);
    quiet.repeat(opens(4));
    quiet.dispose();
    await nextTurn();
    await nextTurn();
    expect(told).toHaveLength(1);
  });
});

test("every other call is repeated at once: a file that is opened to be written, or in vain", async () => {
  for (const other of [makes, closes(3), opens(3, O_WRONLY), opens(3, 64), opens(-2)]) {
    expect((await heard(other)).atOnce).toEqual([other]);
  }
});
