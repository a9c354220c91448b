import { afterAll, describe, expect, test } from "vitest";
import { openDriver } from "./open-driver.ts";

const zoneOf = `
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  process.stdout.write([timeZone, new Date(0).getTimezoneOffset(), locale, process.env.TZ].join());`;

describe("a guest in a process cell", () => {
  const withZone = (zone: string, allow = true) =>
    openDriver(
      { cells: "process", maxCells: 1 },
      { processConfig: { env: { TZ: zone } }, permissions: { env: () => allow } },
    );
  const opened = withZone("Asia/Tokyo");
  afterAll(() => opened[Symbol.asyncDispose]());

  test("has UTC and en-US, unless TZ says more, run by run in one cell", async () => {
    await using plain = openDriver({ cells: "process", maxCells: 1 }, { permissions: { env: () => true } });
    expect(await plain.output(zoneOf)).toBe("UTC,0,en-US,");
    expect(await plain.output(zoneOf, { env: { TZ: "America/St_Johns" } })).toBe(
      "America/St_Johns,210,en-US,America/St_Johns",
    );
    expect(await plain.output(zoneOf)).toBe("UTC,0,en-US,");
    expect(await opened.output(zoneOf)).toBe("Asia/Tokyo,-540,en-US,Asia/Tokyo");
  });

  test("has UTC when it may not see TZ, or TZ is no zone's name", async () => {
    await using denied = withZone("Asia/Tokyo", false);
    expect(await denied.output(zoneOf)).toBe("UTC,0,en-US,");
    for (const TZ of [":/etc/localtime", "/etc/passwd", "../../etc/passwd", "Mars/Base", "+05:00", "UTC+5", ""]) {
      expect(await opened.output(zoneOf, { env: { TZ } })).toBe(`UTC,0,en-US,${TZ}`);
    }
  });
});
