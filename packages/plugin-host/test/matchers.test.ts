import { describe, expect, test } from "vitest";
import { coversEvent, matchesEvent } from "../src/manifest/matches-event.ts";
import { hostCover, matchesHost } from "../src/manifest/matches-host.ts";

describe("a host", () => {
  test.each([
    ["example.com", "example.com", 443, true],
    ["example.com", "EXAMPLE.com.", 8080, true],
    ["example.com", "www.example.com", 443, false],
    ["example.com", "example.com.evil.test", 443, false],
    ["example.com", "notexample.com", 443, false],
    ["example.com:8443", "example.com", 8443, true],
    ["example.com:8443", "example.com", 443, false],
    ["*.example.com", "a.example.com", 443, true],
    ["*.example.com", "a.b.example.com", 443, true],
    ["*.example.com", "example.com", 443, false],
    ["*.example.com", ".example.com", 443, false],
    ["*.example.com", "evilexample.com", 443, false],
    ["*.example.com:80", "a.example.com", 443, false],
    ["*", "anything.test", 1, true],
    ["*", "10.0.0.1", 1, true],
    ["*:443", "anything.test", 80, false],
    ["*", "", 443, false],
    ["*", "a b", 443, false],
    ["*", "user@host", 443, false],
    ["127.0.0.1", "0x7f.1", 80, true],
    ["127.0.0.1", "[::ffff:127.0.0.1]", 80, true],
    ["[::ffff:7f00:1]", "127.0.0.1", 80, true],
    ["[::1]", "[0:0:0:0:0:0:0:1]", 80, true],
    ["[::1]:81", "[::1]", 80, false],
    ["*.0.0.1", "127.0.0.1", 80, false],
    ["bücher.example", "xn--bcher-kva.example", 443, true],
    ["xn--bcher-kva.example", "BÜCHER.example", 443, true],
    ["https://example.com", "example.com", 443, false],
    ["a.*.com", "a.b.com", 443, false],
    ["", "example.com", 443, false],
  ])("granted %j: %j at port %i: %j", (pattern, hostname, port, isGranted) => {
    expect(matchesHost([pattern], hostname, port)).toBe(isGranted);
  });

  test("is granted by any of the list, and by none of an empty one", () => {
    expect(matchesHost(["a.io", "b.io"], "b.io", 443)).toBe(true);
    expect(matchesHost([], "b.io", 443)).toBe(false);
  });

  test.each([
    ["*", "*.a.io", true],
    ["*", "a.io:80", true],
    ["*:80", "a.io", false],
    ["*:80", "a.io:80", true],
    ["*.b.c", "a.b.c", true],
    ["*.b.c", "*.a.b.c", true],
    ["*.b.c", "*.b.c:8080", true],
    ["*.b.c", "b.c", false],
    ["*.b.c", "*.c", false],
    ["*.b.c", "*.ab.c", false],
    ["a.b.c", "*.b.c", false],
    ["a.b.c", "*", false],
    ["a.b.c", "a.b.c:80", true],
    ["a.b.c:80", "a.b.c", false],
  ])("pattern %j covers %j: %j", (wider, narrower, covers) => {
    expect(hostCover()(wider, narrower)).toBe(covers);
  });
});

describe("an event", () => {
  test.each([
    ["article.created", "article.created", true],
    ["article.created", "article.create", false],
    ["article.created", "article.created.late", false],
    ["article.*", "article.created", true],
    ["article.*", "article.created.late", true],
    ["article.*", "article", false],
    ["article.*", "article.", false],
    ["article.*", "articles.created", false],
    ["a.b.*", "a.c", false],
  ])("granted %j: %j: %j", (pattern, event, isGranted) => {
    expect(matchesEvent([pattern], event)).toBe(isGranted);
    expect(matchesEvent(["other", pattern], event)).toBe(isGranted);
  });

  test.each([
    ["a.*", "a.b.*", true],
    ["a.b.*", "a.*", false],
    ["a.*", "a.*", true],
    ["a.b", "a.*", false],
  ])("pattern %j covers %j: %j", (wider, narrower, covers) => {
    expect(coversEvent(wider, narrower)).toBe(covers);
  });
});
