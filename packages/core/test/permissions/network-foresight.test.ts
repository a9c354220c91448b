import { describe, expect, it } from "vitest";
import {
  all,
  allowAllNetwork,
  allowHosts,
  allowsEverything,
  allowUrls,
  any,
  judgesUrls,
  mayAllowHttp,
  type NetworkAccessRequest,
  namesAddress,
  not,
  type PermissionCheck,
} from "../../src/index.ts";

const own = (): boolean => false;

describe("what is known of a check without asking it", () => {
  it("is that a preset allows everything, and nothing else does for certain", () => {
    expect(allowsEverything(allowAllNetwork.network)).toBe(true);
    for (const check of [undefined, () => true, allowHosts(["*"]), any(allowAllNetwork.network, own)])
      expect(allowsEverything(check)).toBe(false);
  });

  it.each<[string, PermissionCheck<NetworkAccessRequest> | undefined, string, number | undefined, boolean]>([
    ["no check", undefined, "a.test", 80, false],
    ["a function", own, "a.test", 80, true],
    ["a host", allowHosts(["a.test"]), "A.TEST.", 80, true],
    ["another host", allowHosts(["a.test"]), "b.test", 80, false],
    ["another port", allowHosts(["a.test:81"]), "a.test", 80, false],
    ["no port yet", allowHosts(["a.test:81"]), "a.test", undefined, true],
    ["a host of URLs", allowUrls(["https://*.a.test/only/this"]), "x.a.test", 443, true],
    ["no host of URLs", allowUrls(["https://*.a.test/only/this"]), "a.test", 443, false],
    ["one of two", any(allowHosts(["a.test"]), allowHosts(["b.test"])), "b.test", 80, true],
    ["not both", all(allowHosts(["a.test"]), allowHosts(["b.test"])), "b.test", 80, false],
    ["whatever is not", not(allowHosts(["a.test"])), "a.test", 80, true],
    ["what is no host", allowHosts(["*"]), "a test", 80, false],
  ])("is whether it may allow a host: %s", (_name, check, host, port, expected) => {
    expect(mayAllowHttp(check, host, port)).toBe(expected);
  });

  const urls = allowUrls(["http://a.test/open/**", "https://*.b.test:*/**"]);
  it.each<[string, PermissionCheck<NetworkAccessRequest> | undefined, string, number, boolean]>([
    ["no check", undefined, "a.test", 80, false],
    ["a function", own, "a.test", 80, false],
    ["URLs", urls, "A.test.", 80, true],
    ["URLs of another host", urls, "b.test", 80, false],
    ["URLs of another port", urls, "a.test", 443, false],
    ["URLs of any port", urls, "x.b.test", 8443, true],
    ["URLs beside a function", any(urls, own), "a.test", 80, true],
    ["a function within them", any(own, all(own, not(urls))), "a.test", 80, true],
    ["a host beside them", any(urls, allowHosts(["db.test"]), own), "db.test", 5432, false],
    ["the same host beside them", any(urls, allowHosts(["a.test"])), "a.test", 80, false],
    ["another port of it beside them", any(urls, allowHosts(["a.test:81"]), own), "a.test", 80, true],
    ["a host without some URLs", all(allowHosts(["a.test"]), not(urls)), "a.test", 80, true],
    ["everything", any(allowAllNetwork.network, urls), "a.test", 80, false],
    ["nothing of everything", all(not(allowAllNetwork.network), urls), "a.test", 80, true],
    ["what is no host", urls, "a test", 80, false],
  ])("is whether it judges a host by URLs: %s", (_name, check, host, port, expected) => {
    expect(judgesUrls(check, host, port)).toBe(expected);
  });

  it.each<[string, PermissionCheck<NetworkAccessRequest>, string, boolean]>([
    ["by itself", allowHosts(["10.0.0.1"]), "10.0.0.1", true],
    ["in another spelling", allowHosts(["0x0a000001:80"]), "::ffff:10.0.0.1", true],
    ["by a wildcard", allowHosts(["*"]), "10.0.0.1", false],
    ["at another port", any(allowHosts(["*"]), allowHosts(["10.0.0.1:81"])), "10.0.0.1", false],
    ["by a URL", allowUrls(["http://10.0.0.1/a"]), "10.0.0.1", true],
    ["by another URL", any(allowHosts(["*"]), allowUrls(["http://10.0.0.1/b"])), "10.0.0.1", false],
    ["by what excludes it", not(allowHosts(["10.0.0.1"])), "10.0.0.1", false],
    ["by localhost", allowHosts(["localhost"]), "127.0.0.1", true],
    ["by localhost, of no loopback", allowHosts(["localhost"]), "10.0.0.1", false],
    ["by a function", () => true, "10.0.0.1", false],
  ])("is whether it names an address: %s", (_name, check, address, expected) => {
    const request = { op: "http", url: "http://a.test/a", hostname: "a.test", port: 80 } as const;
    expect(namesAddress(check, request, address)).toBe(expected);
  });
});

describe("allowUrls()", () => {
  const check = allowUrls(["https://api.example.com/v1/**", "wss://live.example.com"]);

  it("lets the hosts of its patterns be looked up, and no others", () => {
    expect(check({ op: "dns", hostname: "API.example.com" })).toBe(true);
    expect(check({ op: "dns", hostname: "live.example.com" })).toBe(true);
    expect(check({ op: "dns", hostname: "example.com" })).toBe(false);
    expect(check({ op: "dns" })).toBe(false);
    expect(check({ op: "connect", hostname: "api.example.com", port: 443 })).toBe(false);
  });

  it("judges no request that goes elsewhere than its URL says", () => {
    const url = "https://api.example.com/v1/a";
    expect(check({ op: "http", url, hostname: "api.example.com", port: 443 })).toBe(true);
    for (const other of [{ hostname: "b.test" }, { port: 80 }, { hostname: "" }]) {
      expect(check({ op: "http", url, ...other })).toBe(false);
      expect(not(check)({ op: "http", url, ...other })).toBe(false);
    }
  });
});
