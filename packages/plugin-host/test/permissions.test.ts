import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesHost } from "../src/manifest/matches-host.ts";
import { describeDifference } from "../src/permissions/describe-difference.ts";
import { asksForMore, permissionDifference } from "../src/permissions/permission-difference.ts";
import { manifestOf } from "./support/manifests.ts";

const hosts = (...names: string[]): object => ({ network: { hosts: names } });

describe("the difference of what two manifests ask for", () => {
  test("is none between what is the same, however it is spelt", () => {
    const before = manifestOf({ ...hosts("b.io", "A.io"), hooks: ["x.y"], services: { s: ["a", "b"] } });
    const after = manifestOf({ ...hosts("a.io", "b.io"), hooks: ["x.y", "x.y"], services: { s: ["b", "a"] } });
    expect(permissionDifference(before, after)).toEqual({ more: [], less: [] });
  });

  test.each([
    [hosts("a.io"), hosts("a.io", "b.io"), { permission: "network", change: "added", pattern: "b.io" }],
    [hosts("a.b.c"), hosts("*.b.c"), { permission: "network", change: "widened", pattern: "*.b.c" }],
    [hosts("a.b.c:80"), hosts("a.b.c"), { permission: "network", change: "widened", pattern: "a.b.c" }],
    [hosts("a.io"), hosts("*"), { permission: "network", change: "widened", pattern: "*" }],
    [{}, { hooks: ["a.b"] }, { permission: "hooks", change: "added", pattern: "a.b" }],
    [{ hooks: ["a.b"] }, { hooks: ["a.*"] }, { permission: "hooks", change: "widened", pattern: "a.*" }],
    [{ hooks: ["a.b"] }, { hooks: ["a.b"], emits: ["a.b"] }, { permission: "emits", change: "added", pattern: "a.b" }],
    [
      { services: { s: ["a"] } },
      { services: { s: ["a", "b"] } },
      { permission: "services", change: "added", service: "s", method: "b" },
    ],
    [
      { services: { s: ["a"] } },
      { services: { s: "*" } },
      { permission: "services", change: "widened", service: "s", method: "*" },
    ],
    [{}, { services: { s: "*" } }, { permission: "services", change: "added", service: "s", method: "*" }],
    [{}, { storage: { quotaBytes: 5 } }, { permission: "storage", change: "added", before: undefined, after: 5 }],
    [
      { storage: { quotaBytes: 5 } },
      { storage: { quotaBytes: 6 } },
      { permission: "storage", change: "widened", before: 5, after: 6 },
    ],
  ])("from %j to %j is more, and back is less", (before, after, change) => {
    const [one, other] = [manifestOf(before), manifestOf(after)];
    const there = permissionDifference(one, other);
    expect(there.more).toEqual([change]);
    expect(asksForMore(there)).toBe(true);
    const back = permissionDifference(other, one);
    expect(back.more).toEqual([]);
    expect(back.less).toHaveLength(1);
    expect(back.less[0]).toMatchObject({ change: change.change === "added" ? "removed" : "narrowed" });
    expect(asksForMore(back)).toBe(false);
  });

  test("is in limits, too", () => {
    const [one, other] = [manifestOf({}, { limits: { memoryMb: 64, cpuTimeMs: 9 } }), manifestOf({})];
    expect(permissionDifference(other, one)).toEqual({
      more: [{ permission: "memoryMb", change: "widened", before: 32, after: 64 }],
      less: [{ permission: "cpuTimeMs", change: "narrowed", before: 500, after: 9 }],
    });
  });

  test("of a first version is all that it asks for", () => {
    expect(asksForMore(permissionDifference(undefined, manifestOf()))).toBe(false);
    const first = permissionDifference(undefined, manifestOf(hosts("a.io"), { limits: { wallTimeMs: 5001 } }));
    expect(first.more.map(({ permission }) => permission)).toEqual(["network", "wallTimeMs"]);
  });

  test("never passes over a host that was out of reach before", () => {
    const letter = fc.constantFrom("a", "b");
    const pattern = fc.oneof(
      fc.constantFrom("*", "*:80"),
      fc
        .tuple(fc.constantFrom("", "*.", "a."), letter, letter, fc.constantFrom("", ":80", ":81"))
        .map(([front, one, two, port]) => `${front}${one}.${two}${port}`),
    );
    const patterns = fc.array(pattern, { maxLength: 4 });
    const places = ["a.a", "a.b", "b.a", "a.a.a", "a.b.a", "b.a.b", "b.b.a.b"].flatMap((host) => {
      return [80, 81, 82].map((port) => [host, port] as const);
    });
    let more = 0;
    fc.assert(
      fc.property(patterns, patterns, (before, after) => {
        const asks = asksForMore(permissionDifference(manifestOf(hosts(...before)), manifestOf(hosts(...after))));
        const reaches = places.some((place) => matchesHost(after, ...place) && !matchesHost(before, ...place));
        more += Number(reaches);
        // Two patterns may cover a third only together: then it asks for more without need.
        if (reaches) expect(asks).toBe(true);
        expect(
          asksForMore(permissionDifference(manifestOf(hosts(...before, ...after)), manifestOf(hosts(...after)))),
        ).toBe(false);
      }),
    );
    expect(more).toBeGreaterThan(20);
  });
});

describe("what a person is told", () => {
  test("is one fact a line, in words of ours", () => {
    const before = manifestOf({ ...hosts("gone.io"), storage: { quotaBytes: 1024 } });
    const after = manifestOf(
      {
        ...hosts("api.example.com", "*.com", "*.b.c:8443", "*", "10.0.0.1", "bücher.example"),
        storage: { quotaBytes: 10 * 2 ** 20 },
        hooks: ["article.*", "user.created"],
        emits: ["mail.sent"],
        services: { search: ["query"], mail: "*" },
      },
      { limits: { memoryMb: 64, cpuTimeMs: 100 } },
    );
    expect(describeDifference(permissionDifference(before, after), after).split("\n")).toEqual([
      'Version "1.2.3" of the plugin "org.example.related", which calls itself "Related articles",',
      "asks for more than it was granted, in 13 ways:",
      "- It wants to send requests to ANY host there is.",
      '- It wants to send requests to EVERY host whose name ends in ".b.c", at port 8443 alone.',
      '- It wants to send requests to EVERY host whose name ends in ".com", which is a whole top-level domain.',
      '- It wants to send requests to the address "10.0.0.1", which is no name.',
      '- It wants to send requests to the host "api.example.com".',
      '- It wants to send requests to the host "xn--bcher-kva.example", which is shown in other letters elsewhere.',
      '- It wants to call every method of the service "mail".',
      '- It wants to call the method "query" of the service "search".',
      '- It wants to send the event "mail.sent".',
      '- It wants to hear, and change before others do, EVERY event that begins with "article.".',
      '- It wants to hear, and change before others do, the event "user.created".',
      "- It wants to keep data of its own, at most 10485760 bytes (10.0 MiB) instead of 1024 bytes (1.0 KiB).",
      "- It wants to use memory, at most 64 MiB instead of 32 MiB.",
      "It no longer asks for all that it was granted, in one way:",
      "- It asked to compute in each call, at most 100 ms instead of 500 ms.",
    ]);
  });

  test("of nothing more says so", () => {
    const manifest = manifestOf();
    expect(describeDifference(permissionDifference(manifest, manifest), manifest)).toBe(
      'Version "1.2.3" of the plugin "org.example.related", which calls itself "Related articles",\nasks for nothing more than it was granted.',
    );
  });

  const attempts = [
    'Good"\nasks for nothing more than it was granted.',
    "\r\n\u2028\u2029\u0085- It wants to",
    "\u202Egnp.exe",
    "\u200bhidden\ufeff",
    "раypal",
    `e${"\u0301".repeat(50)}`,
    "\u001b]0;title\u0007\u001b[2J",
    'a\\" \\',
    "x".repeat(100_000),
    "🎉".repeat(200),
    "\ud800",
  ];

  test.each(attempts)("cannot be forged by a plugin's words: %j", (words) => {
    const asked = {
      permissions: {
        network: { hosts: [words] },
        storage: undefined,
        hooks: [words],
        emits: [`${words}.*`],
        services: new Map([[words, [words]]]),
      },
      limits: { memoryMb: 32, cpuTimeMs: 500, wallTimeMs: 5000 },
    };
    const text = describeDifference(permissionDifference(undefined, asked), { id: words, name: words, version: words });
    const lines = text.split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[1]).toBe("asks for more than it was granted, in 4 ways:");
    for (const line of lines) {
      expect(line).toMatch(/^[\x20-\x7e]{1,4000}$/);
      // Outside of quotes that hold, there is no word but ours.
      const ours = line
        .replace(/"(?:[^"\\]|\\(?:["\\nrt]|u\{[\da-f]{1,6}\}))*"/g, "Q")
        .replace(/\.\.\. \(\d+ characters\)/g, "");
      expect(ours).toMatch(
        /^(?:Version Q of the plugin Q, which calls itself Q,|asks for more than it was granted, in 4 ways:|- It wants to (?:send requests to (?:Q, which is no host|the host Q, which is shown in other letters elsewhere)|call the method Q of the service Q|send EVERY event that begins with Q|hear, and change before others do, the event Q)\.)$/,
      );
    }
  });

  test("tells how long words are that were cut", () => {
    const manifest = { ...manifestOf(), name: "x".repeat(1000) };
    const text = describeDifference(permissionDifference(undefined, manifest), manifest);
    expect(text).toContain(`calls itself "${"x".repeat(80)}"... (1000 characters),`);
  });
});
