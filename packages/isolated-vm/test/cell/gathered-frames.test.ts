import { expect, test } from "vitest";
import { GatheredFrames } from "../../src/cell/gathered-frames.ts";

function gather(): { frames: GatheredFrames; written: string[] } {
  const written: string[] = [];
  return { written, frames: new GatheredFrames((bytes) => written.push(Buffer.from(bytes).toString())) };
}

test("frames that come together are written together, once what this thread is about is done", async () => {
  const { frames, written } = gather();
  const first = Buffer.from("first ");
  frames.add(first);
  // Whoever hands a frame over may write the next into the same bytes.
  first.fill("x");
  frames.add(Buffer.from("second"));
  expect(written).toEqual([]);
  await Promise.resolve();
  expect(written).toEqual(["first second"]);
  frames.add(Buffer.from("third"));
  await Promise.resolve();
  expect(written).toEqual(["first second", "third"]);
});

test("whoever writes something else has them written before, and only once", async () => {
  const { frames, written } = gather();
  frames.add(Buffer.from("first"));
  frames.flush();
  expect(written).toEqual(["first"]);
  await Promise.resolve();
  expect(written).toEqual(["first"]);
});

test("long ones are not kept, and keep their place", async () => {
  const { frames, written } = gather();
  frames.add(Buffer.from("short"));
  frames.add(Buffer.alloc(100_000, "a"));
  for (let count = 0; count < 5; count += 1) frames.add(Buffer.alloc(10_000, "b"));
  await Promise.resolve();
  expect(written.map((text) => text.length)).toEqual([5, 100_000, 30_000, 20_000]);
});
