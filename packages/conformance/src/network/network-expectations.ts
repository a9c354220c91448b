import { setTimeout as sleep } from "node:timers/promises";
import type { ByteStream, MaybePromise } from "@vivarium/core";
import { expect } from "vitest";

/** It fails, by a throw or a rejection, with an error that has a POSIX code: one of these, if any are named. */
export async function expectFailure(attempt: () => MaybePromise<unknown>, ...codes: readonly string[]): Promise<void> {
  let failure: unknown;
  try {
    await attempt();
  } catch (error) {
    failure = error;
  }
  expect(failure, "it fails").toBeInstanceOf(Error);
  const { code } = failure as { readonly code?: unknown };
  expect(code, "with a POSIX code").toMatch(/^E[A-Z0-9_]+$/);
  if (codes.length > 0) expect(codes).toContain(code);
}

/** All of a body, as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    expect(piece).toBeInstanceOf(Uint8Array);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("latin1");
}

/** What a stream gives up to its end, as text. */
export async function readAll(stream: ByteStream): Promise<string> {
  let text = "";
  for (let piece = await stream.read(); piece !== undefined; piece = await stream.read())
    text += Buffer.from(piece).toString("latin1");
  return text;
}

/** The next bytes of a stream, until it has given so many. */
export async function readSome(stream: ByteStream, length: number): Promise<string> {
  let text = "";
  while (text.length < length) {
    const piece = await stream.read();
    if (piece === undefined) break;
    text += Buffer.from(piece).toString("latin1");
  }
  return text;
}

/** Waits until a figure does not change any more; answers it. */
export async function settled(figure: () => number): Promise<number> {
  for (let before = -1; before !== figure(); ) {
    before = figure();
    await sleep(100);
  }
  return figure();
}
