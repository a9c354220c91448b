import { describe, expect, test } from "vitest";
import { matchesGlob } from "../src/scopes/glob.ts";
import { isDeadPattern, partedPattern, writtenPattern } from "../src/scopes/url-pattern.ts";

const allowed = (pattern: string, url: string): boolean => partedPattern(pattern)(url);

describe("a pattern of URLs", () => {
  test.each([
    ["https://a.io/", true],
    ["https://a.io/x/y?z", true],
    ["https://a.io", false],
    ["HTTPS://A.io/x", false],
    [" https://a.io/x", false],
    ["https://a.io/x\ny", false],
  ])("R11: https://a.io/* and %j: %j", (url, matches) => {
    expect(allowed("https://a.io/*", url)).toBe(matches);
    expect(writtenPattern("https://a.io/*")(url)).toBe(matches);
  });

  test("R12: takes a question mark as it is", () => {
    const pattern = "https://a.io/send?dry-run=true";
    expect(allowed(pattern, pattern)).toBe(true);
    expect(allowed(pattern, "https://a.io/senddry-run=true")).toBe(false);
    expect(allowed(pattern, "https://a.io/send")).toBe(false);
  });

  test("R13: knows no other sign than the star", () => {
    expect(allowed("https://a.io/**", "https://a.io/x/y")).toBe(true);
    for (const [pattern, url] of [
      ["https://a.io/{x,y}", "https://a.io/x"],
      ["https://a.io/[ab]", "https://a.io/a"],
      ["https://a.io/+(x)", "https://a.io/x"],
      ["https://a.io/!x", "https://a.io/y"],
      ["https://a.io/a.b", "https://a.io/axb"],
      ["https://a.io", "https://axio"],
    ] as const)
      expect(allowed(pattern, url)).toBe(false);
    expect(allowed("https://a.io/[ab]", "https://a.io/[ab]")).toBe(true);
  });

  test("R14: a star alone is any URL of the web", () => {
    expect(allowed("*", "http://a.io:81/x?y")).toBe(true);
    expect(allowed("*", "ftp://a.io/")).toBe(false);
    expect(allowed("*", "data:text/plain,x")).toBe(false);
    expect(writtenPattern("*")("data:text/plain,x")).toBe(true);
  });

  test.each([
    ["https://*.a.io/*", "https://evil.com/x.a.io/y"],
    ["https://a.io*", "https://a.io.evil.com/"],
    ["https://a.io*", "https://a.io@evil.com/"],
    ["https://a.io*", "https://a.io:81/"],
    ["https://*.a.io/*", "https://evil.com#.a.io/"],
    ["https://*.a.io/*", "https://evil.com\\.a.io/"],
    ["https://*.a.io/*", "https://user@x.a.io/y"],
  ])("R15: is of the host, and not of what looks like it: %s, %s", (pattern, url) => {
    expect(allowed(pattern, url)).toBe(false);
    expect(writtenPattern(pattern)(url)).toBe(true);
  });

  test("R15: has stars for labels of hosts, for ports, and for paths where it names none", () => {
    expect(allowed("https://*.a.io/*", "https://x.a.io/")).toBe(true);
    expect(allowed("https://*.a.io/*", "https://x.y.a.io/")).toBe(true);
    expect(allowed("https://api-*.a.io/*", "https://api-1.a.io/")).toBe(true);
    expect(allowed("https://api-*.a.io/*", "https://api-1.evil.a.io/")).toBe(false);
    expect(allowed("https://a.io*", "https://a.io/x?y")).toBe(true);
    expect(allowed("https://*", "https://any.where/x?y")).toBe(true);
    expect(allowed("https://*", "http://any.where/")).toBe(false);
    expect(allowed("http://a.io:*/*", "http://a.io:81/")).toBe(true);
    expect(allowed("https://a.io:443/*", "https://a.io:443/x")).toBe(true);
  });

  test("R11, R15: has a star that is all of the host for its port, too", () => {
    for (const pattern of ["http://*", "http://**", "http://*/*", "http://*/x"]) {
      expect(allowed(pattern, "http://any.where:8055/x")).toBe(true);
      expect(writtenPattern(pattern)("http://any.where:8055/x")).toBe(true);
    }
    expect(allowed("http://*:80/*", "http://any.where:8055/x")).toBe(false);
    expect(allowed("http://*.a.io/*", "http://x.a.io:8055/x")).toBe(false);
    expect(allowed("https://*", "http://any.where:8055/x")).toBe(false);
  });

  test("R11, R15: has names of other scripts as URLs have them", () => {
    expect(allowed("https://münchen.de/*", "https://münchen.de/x")).toBe(true);
    expect(allowed("https://*.MÜNCHEN.de/*", "https://a.MÜNCHEN.de/x")).toBe(true);
    expect(allowed("https://münchen.de/*", "https://munchen.de/x")).toBe(false);
    // What is no name of a host is none of another host, either.
    expect(allowed("https://*.\u00ad/*", "https://evil.com./.\u00ad/x")).toBe(false);
  });

  test.each([
    ["https://a.io/*", true],
    ["*", true],
    ["https://münchen.de/*", true],
    ["https://[::1]/*", true],
    ["http*://a.io/*", false],
    ["a.io/*", false],
    ["ftp://a.io/*", false],
    ["https://mün*.de/*", false],
  ])("can match at all: %s: %j", (pattern, can) => {
    expect(isDeadPattern(pattern)).toBe(!can);
  });

  test.each([
    "https://a.io/a/../b",
    "https://a.io/a/%2e%2e/b",
    "https://a.io/a/..%2fb",
    "https://a.io/a/%2e%2e%5cb",
    "https://a.io/a/..\\b",
  ])("R16: is of the path that is requested: %s", (url) => {
    expect(allowed("https://a.io/a/*", url)).toBe(false);
    expect(writtenPattern("https://a.io/a/*")(url)).toBe(true);
  });

  test("R16: may have what URLs encode", () => {
    expect(allowed("https://a.io/ä b/*", "https://a.io/ä b/c")).toBe(true);
    expect(allowed("https://a.io/*", "https://a.io/ä?q=ö")).toBe(true);
  });

  test("is asked in time that grows with its length, whatever it is", () => {
    const pattern = `${"a*".repeat(500)}b`;
    expect(matchesGlob(pattern, "a".repeat(20_000))).toBe(false);
  });
});
