import { expect, test } from "vitest";
import { readDocument } from "./read-document.ts";

test("the lockfile names no host: packages come from whichever registry the machine uses", () => {
  expect(readDocument("pnpm-lock.yaml")).not.toContain("://");
});
