import { describe, expect, it } from "vitest";
import { allowHosts, allowUrls, type NetworkAccessRequest, type NetworkOperation, not } from "../../src/index.ts";

function host(patterns: readonly string[], hostname: string, port?: number): unknown {
  return allowHosts(patterns)({ op: "connect", hostname, ...(port === undefined ? {} : { port }) });
}

function url(pattern: string, target: string): unknown {
  return allowUrls([pattern])({ op: "fetch", url: target });
}

describe("allowHosts()", () => {
  it.each([
    ["api.example.com", "api.example.com", true],
    ["api.example.com", "API.Example.COM.", true],
    ["API.example.com", "api.example.com", true],
    ["api.example.com", "api.example.com.evil.test", false],
    ["api.example.com", "xapi.example.com", false],
    ["api.example.com", "apiXexample.com", false],
    ["*.example.com", "a.example.com", true],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "evil.test/.example.com", false],
    ["*.example.com", "evil.test#.example.com", false],
    ["*.example.com", "user@a.example.com", false],
    ["*.example.com", "a b.example.com", false],
    ["*.example.com", `${"a.".repeat(130)}example.com`, false],
    ["a?.example.com", "a1.example.com", true],
    ["{a,b}.example.com", "b.example.com", true],
    ["*", "anything.test", true],
    ["127.0.0.1", "0x7f.1", true],
    ["127.0.0.1", "127.0.0.2", false],
    ["[::1]", "::1", true],
    ["[::1]", "[0:0:0:0:0:0:0:1]", true],
    ["[::1]", "::2", false],
    ["bücher.example", "xn--bcher-kva.example", true],
    ["localhost", "", false],
  ] as const)("%j covers %j: %j", (pattern, hostname, expected) => {
    expect(host([pattern], hostname)).toBe(expected);
  });

  const spellings = [
    "10.0.0.1",
    "10.1",
    "0x0a000001",
    "012.0.0.1",
    "167772161",
    "10.0.0.1.",
    "::ffff:10.0.0.1",
    "[::ffff:a00:1]",
    "[::FFFF:0A00:0001]",
    "0:0:0:0:0:ffff:10.0.0.1",
  ];

  it("knows an address in every spelling, in the pattern and in the request, and negated", () => {
    for (const pattern of spellings.map((text) => (text.includes(":") ? `[${text.replace(/[[\]]/g, "")}]` : text))) {
      for (const hostname of spellings) {
        expect([pattern, hostname, host([pattern], hostname)]).toEqual([pattern, hostname, true]);
        expect([pattern, hostname, not(allowHosts([pattern]))({ op: "connect", hostname })]).toContain(false);
      }
      expect(allowHosts([pattern])({ op: "fetch", url: "http://[::ffff:a00:1]/", hostname: "10.0.0.1" })).toBe(true);
      expect(allowUrls([`http://${pattern}/x`])({ op: "fetch", url: "http://[::ffff:10.0.0.1]/x" })).toBe(true);
      for (const other of ["::10.0.0.1", "::ffff:0:a00:1", "64:ff9b::10.0.0.1", "::ffff:10.0.0.2", "::1:ffff:a00:1"]) {
        expect([other, host([pattern], other)]).toEqual([other, false]);
      }
    }
    expect(host(["0.0.0.0"], "::ffff:0:0")).toBe(true);
    expect(host(["255.255.255.255"], "::ffff:ffff:ffff")).toBe(true);
  });

  it("heeds a port when the pattern names one", () => {
    expect(host(["a.test:443"], "a.test", 443)).toBe(true);
    expect(host(["a.test:443"], "a.test", 80)).toBe(false);
    expect(host(["a.test:443"], "a.test")).toBe(false);
    expect(host(["a.test"], "a.test", 80)).toBe(true);
    expect(host(["a.test:*"], "a.test", 80)).toBe(true);
    expect(host(["[::1]:80"], "::1", 80)).toBe(true);
    expect(host(["*.a.test:80"], "b.a.test", 81)).toBe(false);
  });

  it("lets a name with a port be looked up, since a lookup has no port", () => {
    const check = allowHosts(["a.test:443"]);
    expect(check({ op: "dns", hostname: "a.test" })).toBe(true);
    expect(check({ op: "dns", hostname: "b.test" })).toBe(false);
  });

  it("takes host and port from the URL, and denies a request whose parts disagree", () => {
    const check = allowHosts(["a.test:443"]);
    const ask = (request: Omit<NetworkAccessRequest, "op">): unknown => check({ op: "fetch", ...request });
    expect(ask({ url: "https://a.test/x" })).toBe(true);
    expect(ask({ url: "https://a.test/x", hostname: "a.test", port: 443 })).toBe(true);
    expect(ask({ url: "http://a.test/x" })).toBe(false);
    expect(ask({ url: "https://b.test/", hostname: "a.test", port: 443 })).toBe(false);
    expect(ask({ url: "https://a.test/", hostname: "a.test", port: 80 })).toBe(false);
    expect(ask({ url: "nonsense", hostname: "a.test", port: 443 })).toBe(false);
    expect(ask({})).toBe(false);
  });

  it("judges no scheme", () => {
    for (const scheme of ["http", "https", "ftp", "wss"]) {
      expect(allowHosts(["a.test"])({ op: "fetch", url: `${scheme}://a.test/x` })).toBe(true);
    }
  });

  it("neither allows nor, negated, allows what has no host", () => {
    for (const op of ["listen", "unix"] satisfies NetworkOperation[]) {
      expect(allowHosts(["*"])({ op, hostname: "a.test" })).toBe(false);
      expect(not(allowHosts(["b.test"]))({ op, hostname: "a.test" })).toBe(false);
    }
  });

  it.each([
    "",
    "example.*",
    "10.*",
    "10.0.0.?",
    "a.test:0",
    "a.test:70000",
    "a.test:http",
    "https://a.test",
    "a test",
    "a.test/x",
    "::1",
    "*.*",
    "a.**",
    "user@*.test",
    "bü*.test",
    "!a.test",
    "*.",
    "*..test",
    ".*.test",
    "*.a.test.",
  ])("refuses the pattern %j by code", (pattern) => {
    expect(() => allowHosts([pattern])).toThrow(expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }));
  });
});

describe("allowUrls()", () => {
  it.each([
    ["https://api.test/v1/**", "https://api.test/v1/users?id=1#x", true],
    ["https://api.test/v1/**", "https://api.test/v1", true],
    ["https://api.test/v1/**", "https://api.test/v2/users", false],
    ["https://api.test/v1/**", "https://api.test/v1/../v2", false],
    ["https://api.test/v1/**", "https://api.test/v1/%2e%2e/v2", false],
    ["https://api.test/v1/**", "https://api.test/v1/..%2fv2", false],
    ["https://api.test/v1/**", "https://api.test/v1/..;/v2", false],
    ["https://api.test/v1/**", "https://api.test/v1/%2e.;a=b/v2", false],
    ["https://api.test/v1/**", "https://api.test/v1/.%2e%3b/v2", false],
    ["https://api.test/v1/**", "https://api.test/v1/a;b=../c", true],
    ["https://api.test/v1/**", "https://api.test/v1/%2e%2E%5Cv2", false],
    ["https://api.test/v1/**", "https://api.test/v1/a%2Fb", true],
    ["https://api.test/v1/**", "http://api.test/v1/users", false],
    ["https://api.test/v1/**", "https://api.test:8443/v1/users", false],
    ["https://api.test/v1/**", "https://evil.test\\@api.test/v1/", false],
    ["https://api.test/v1/**", "https://user:pass@api.test/v1/x", false],
    ["https://api.test/*", "https://api.test/a/b", false],
    ["https://api.test", "https://api.test/any/thing", true],
    ["https://*.test/**", "https://evil.example#.test/", false],
    ["https://*.test/**", "https://evil.example?.test/", false],
    ["https://*.test/**", "https://a.b.test/x", true],
    ["http://localhost:*", "http://localhost:3000/x", true],
    ["http://localhost:*", "http://localhost/x", true],
    ["http://localhost:3000", "http://localhost:3001/x", false],
    ["https://a.test:443", "https://a.test/", true],
    ["http://[::1]:80/**", "http://[::1]/x", true],
    ["wss://a.test", "wss://a.test/chat", true],
    ["https://a.test/x y", "https://a.test/x%20y", false],
    ["https://a.test/**", "not a url", false],
    ["https://a.test/**", `https://a.test/${"a".repeat(5000)}`, false],
  ] as const)("%j covers %j: %j", (pattern, target, expected) => {
    expect(url(pattern, target)).toBe(expected);
  });

  it("judges nothing without a URL, also when negated", () => {
    const check = allowUrls(["https://a.test"]);
    expect(check({ op: "connect", hostname: "a.test", port: 443 })).toBe(false);
    expect(not(check)({ op: "connect", hostname: "a.test", port: 443 })).toBe(false);
    expect(not(check)({ op: "fetch", url: "https://b.test/" })).toBe(true);
  });

  it.each([
    "",
    "a.test",
    "*://a.test",
    "https://",
    "https://a.test/../x",
    "ftp://a.test/",
    "https://a.test/#x",
    "https://u@a.test/",
    "https://a.test?x",
    "https://a.test/search?q=1",
    "https://a.test/v?/items",
    "https://a.test/{a,b?x}",
  ])("refuses the pattern %j by code", (pattern) => {
    expect(() => allowUrls([pattern])).toThrow(expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }));
  });
});
