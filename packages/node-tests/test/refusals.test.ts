import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderRefusalsPage } from "../src/refusals-page.ts";
import { tryRefusedUse } from "../src/try-refused-use.ts";

const page = new URL("../../../docs/refused-by-name.md", import.meta.url);

describe("The page of what a guest refuses", () => {
  it("says what guests say", { timeout: 120_000 }, async () => {
    expect(readFileSync(page, "utf8")).toBe(await renderRefusalsPage());
  });

  it("would not list what works", async () => {
    expect(await tryRefusedUse(`fs.readdirSync("/")`)).toBeUndefined();
    expect(await tryRefusedUse(`fs.promises.stat("/")`)).toBeUndefined();
  });
});
