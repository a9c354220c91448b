import { expect, test } from "vitest";
import * as vivarium from "../src/index.ts";
import { exportedNames } from "./exported-names.table.ts";

test("vivarium exports exactly the names on the committed list", () => {
  expect(Object.keys(vivarium).sort()).toEqual([...exportedNames].sort());
});

test("presets spread into permissions, one domain each", () => {
  expect(Object.keys(vivarium.allowAllFs)).toEqual(["fs"]);
  expect(Object.keys(vivarium.allowAllNetwork)).toEqual(["network"]);
  expect(Object.keys(vivarium.allowAllChildProcess)).toEqual(["childProcess"]);
  expect(Object.keys(vivarium.allowAllEnv)).toEqual(["env"]);
  expect(Object.keys(vivarium.allowAll).sort()).toEqual(["childProcess", "env", "fs", "network"]);
});
