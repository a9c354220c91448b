import type { DirectoryEntry } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { Listings } from "../src/file-system/listings.ts";
import { GuestUnderTest } from "./support/guest-under-test.ts";
import { TinyFileSystem } from "./support/tiny-file-system.ts";

const entriesOf = (count: number): DirectoryEntry[] =>
  Array.from({ length: count }, (_, index) => ({ name: `é${index}`, type: "file" }));

/** Everything that is told, and in how many pieces. */
function tellAll(listings: Listings, entries: readonly DirectoryEntry[]): { text: string; pieces: number } {
  let told = listings.tell(entries, true);
  if (typeof told === "string") return { text: told, pieces: 1 };
  const chunks = [told.content];
  for (let more: number | undefined = told.more; more !== undefined; ) {
    expect(listings.has(more)).toBe(true);
    const next = listings.more(more);
    if (next instanceof Uint8Array) {
      expect(() => listings.more(more ?? 0)).toThrow("EBADF");
      more = undefined;
      chunks.push(next);
    } else {
      told = next;
      more = next.more;
      chunks.push(next.content);
    }
  }
  return { text: Buffer.concat(chunks).toString(), pieces: chunks.length };
}

describe("what a guest is told of a directory", () => {
  it.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [2000, 2],
    [2500, 3],
  ])("with %i entries comes in %i pieces", (count, pieces) => {
    const entries = entriesOf(count);
    const text = entries.map(({ name }) => `1${name}`).join("\0");
    expect(tellAll(new Listings(), entries)).toEqual({ text, pieces });
    expect(new Listings().tell(entries, false)).toBe(text);
  });

  it("is refused while so much of others is to come that it would be too much together", () => {
    const listings = new Listings();
    const long = entriesOf(150_000);
    const first = listings.tell(long, true);
    expect(typeof first).toBe("object");
    expect(() => listings.tell(long, true)).toThrow("ENOMEM");
    expect(typeof listings.tell(entriesOf(1000), true)).toBe("string");
    const { more } = first as { readonly more: number };
    while (!(listings.more(more) instanceof Uint8Array));
    expect(typeof listings.tell(long, true)).toBe("object");
    expect(typeof new Listings().tell(entriesOf(300_000), true)).toBe("object");
  });

  it("is the same whether the guest waits for it or not, in the order of the names", async () => {
    const filesystem = new TinyFileSystem({ offersStatPlain: true });
    for (let index = 0; index < 2100; index += 1) filesystem.put(`/d/${(index * 11) % 2100}`, "");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    const names = Array.from({ length: 2100 }, (_, index) => `${index}`).sort();
    const listing = names.map((name) => `1${name}`).join("\0");
    expect(guest.call("fs.readdir", "/d")).toBe(listing);
    expect(await guest.later("fs.readdir", "/d")).toBe(listing);
    await expect(guest.later("fs.readRest", 2 ** 30)).resolves.toBe("EBADF");
  });
});
