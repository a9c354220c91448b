import { expect, it } from "vitest";
import type { Guest } from "../../src/guest/guest.ts";
import { SigintWatch } from "../../src/guest/sigint-watch.ts";

it("a SIGINT is told to the first that ends to watch, and to nobody else", () => {
  const watch = new SigintWatch({} as Guest);
  expect(watch.take(), "nobody watches yet").toBe(false);
  watch.start();
  watch.start();
  expect(watch.take()).toBe(true);
  expect(watch.isPending()).toBe(true);
  expect([watch.stop(), watch.isPending(), watch.stop()]).toEqual([true, false, false]);
  expect(watch.take(), "nobody watches any more").toBe(false);
});
