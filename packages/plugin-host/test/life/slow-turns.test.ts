import { expect, test } from "vitest";
import { SlowTurns, TurnTooLateError } from "../../src/host/slow-turns.ts";

/** Works that are over when the test says so, with the order in which they begin. */
function works(turns: SlowTurns): {
  readonly begun: string[];
  ask(name: string, debtMs: number): Promise<string>;
  end(name: string): void;
} {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    ask: (name, debtMs) =>
      turns.run(
        () => debtMs,
        () =>
          new Promise((resolve) => {
            begun.push(name);
            ends.set(name, () => resolve(name));
          }),
      ),
    end: (name) => ends.get(name)?.(),
  };
}

test("there is one at a time, and the least debt goes first", async () => {
  const { begun, ask, end } = works(new SlowTurns());
  const all = [ask("first", 900), ask("much", 800), ask("little", 10), ask("some", 50)];
  expect(begun).toEqual(["first"]);
  for (const name of ["first", "little", "some", "much"]) {
    await expect.poll(() => begun.at(-1)).toBe(name);
    end(name);
  }
  expect(await Promise.all(all)).toEqual(["first", "much", "little", "some"]);
});

test("a turn is free again when nobody waits, also after one that has failed", async () => {
  const turns = new SlowTurns();
  await expect(
    turns.run(
      () => 1,
      () => Promise.reject(new Error("no")),
    ),
  ).rejects.toThrow("no");
  expect(
    await turns.run(
      () => 1,
      async () => "yes",
    ),
  ).toBe("yes");
});

test("whoever comes while a turn is handed on waits", async () => {
  const { begun, ask, end } = works(new SlowTurns());
  const first = ask("first", 1);
  const second = ask("second", 1);
  end("first");
  await first;
  void ask("third", 0);
  await expect.poll(() => begun).toEqual(["first", "second"]);
  end("second");
  await second;
  await expect.poll(() => begun).toEqual(["first", "second", "third"]);
});

test("whoever waits for too long leaves, and the turn goes to the next", async () => {
  const turns = new SlowTurns();
  const { begun, ask, end } = works(turns);
  const first = ask("first", 1);
  const begin = async (): Promise<void> => void begun.push("late");
  await expect(turns.run(() => 0, begin, 10)).rejects.toThrow(TurnTooLateError);
  await expect(turns.run(() => 0, begin, -1)).rejects.toThrow(TurnTooLateError);
  const next = ask("next", 1);
  end("first");
  await first;
  await expect.poll(() => begun).toEqual(["first", "next"]);
  end("next");
  await next;
});
