import { describe, expect, it } from "vitest";
import { NameTable } from "../../src/network/name-table.ts";

const addressOf = (number: number): string => `10.0.${number >> 8}.${number & 0xff}`;

describe("what is known of the names of one guest", () => {
  it("is of so many addresses: the oldest are forgotten, and what was looked up again is new", () => {
    const names = new NameTable();
    for (let number = 0; number < 4_096; number += 1) names.learn(`${number}.test`, [addressOf(number)]);
    expect(names.namesOf(addressOf(0))).toEqual(["0.test"]);
    names.learn("again.test", [addressOf(0)]);
    names.learn("more.test", [addressOf(4_096), addressOf(4_097)]);
    expect([0, 1, 2, 3].map((number) => names.namesOf(addressOf(number)))).toEqual([
      ["again.test", "0.test"],
      [],
      [],
      ["3.test"],
    ]);
  });

  it("is so many names of one address, the latest first", () => {
    const names = new NameTable();
    for (let number = 0; number < 20; number += 1) names.learn(`${number}.test`, ["10.0.0.1"]);
    expect(names.namesOf("10.0.0.1")).toEqual(Array.from({ length: 16 }, (_, index) => `${19 - index}.test`));
  });

  it("has so many names that stand for an address of their own, each for one", () => {
    const names = new NameTable();
    const placeholders = new Set<string>();
    for (let number = 0; number < 65_536; number += 1) placeholders.add(names.placeholderFor(`${number}.test`));
    expect(placeholders.size).toBe(65_536);
    expect(() => names.placeholderFor("more.test")).toThrow("ENOBUFS");
    expect(names.hostOf(names.placeholderFor("65535.test"))).toBe("65535.test");
  });
});
