import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NodeTablesPlaces, nodeTablesName, nodeTablesPlaces, readNodeTables } from "../../src/node-tables-file.ts";

let folder: string;
let places: NodeTablesPlaces;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vivarium-tables-test-"));
  const { writer } = nodeTablesPlaces();
  places = { shipped: join(folder, "shipped"), kept: join(folder, "kept"), writer };
  mkdirSync(places.shipped);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the tables of Node's internals", () => {
  it("are those that ship when they were made by this version on this platform", () => {
    expect(nodeTablesName()).toBe(`${process.version}-${process.platform}-${process.arch}.json`);
    writeFileSync(join(places.shipped, nodeTablesName()), "shipped");
    expect(readNodeTables(places)).toBe("shipped");
    expect(existsSync(places.kept)).toBe(false);
  });

  it("are asked of this Node, and kept, when those that ship are of another version", () => {
    writeFileSync(join(places.shipped, `v24.0.0-${process.platform}-${process.arch}.json`), "shipped");
    const tables = readNodeTables(places);
    expect(JSON.parse(tables)).toMatchObject({ version: process.version });
    expect(readFileSync(join(places.kept, nodeTablesName()), "utf8")).toBe(tables);
    writeFileSync(join(places.kept, nodeTablesName()), "kept");
    expect(readNodeTables(places)).toBe("kept");
  });

  it("are the same as those that the build writes", () => {
    const built = readFileSync(join(nodeTablesPlaces().shipped, nodeTablesName()), "utf8");
    expect(readNodeTables(places)).toBe(built);
  });

  it("need no folder that can be written", () => {
    writeFileSync(places.kept, "a file where the folder should be");
    expect(JSON.parse(readNodeTables(places))).toMatchObject({ version: process.version });
  });

  it("do not take over the options of this process", () => {
    const before = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = "--no-deprecation";
    try {
      expect(JSON.parse(readNodeTables(places))).toMatchObject({ options: { "--deprecation": true } });
    } finally {
      if (before === undefined) delete process.env["NODE_OPTIONS"];
      else process.env["NODE_OPTIONS"] = before;
    }
  });

  it("end in the words of a Node that does not tell them", () => {
    const writer = join(folder, "broken.mjs");
    writeFileSync(writer, "throw new Error('not today')");
    expect(() => readNodeTables({ ...places, writer })).toThrow("not today");
  });
});
