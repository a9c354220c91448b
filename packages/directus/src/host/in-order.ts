/**
 * Works on items, on some at a time, which are begun in their order.
 *
 * @param atOnce how many of them
 * @param work gets a function that waits until the work on all items before this one is done, and fails where that has
 * @returns what each work has come to, in the order of the items
 * @throws what the first of them in that order has thrown, when no work is under way any more; then no further one
 * is begun
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, turn: () => Promise<void>) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Promise<Result>[] = [];
  const left = items.values();
  let hasFailed = false;
  const workOn = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && !hasFailed; next = left.next()) {
      const before = results.at(-1);
      const result = work(next.value, async () => void (await before));
      results.push(result);
      await result.catch(() => {
        hasFailed = true;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOn));
  return Promise.all(results);
}
