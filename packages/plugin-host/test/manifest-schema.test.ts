import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { valid } from "semver";
import { describe, expect, test } from "vitest";
import { PluginError } from "../src/errors/plugin-error.ts";
import { pluginManifestSchema } from "../src/manifest/manifest-json-schema.ts";
import { readManifest } from "../src/manifest/read-manifest.ts";
import { tellManifest } from "../src/manifest/whole-manifest.ts";
import { brokenManifests } from "./support/broken-manifests.table.ts";
import { told } from "./support/manifests.ts";

const isOfSchema = new Ajv2020({ allErrors: true }).compile(pluginManifestSchema);

/** What the schema cannot say. */
const BEYOND: readonly RegExp[] = [
  /^a port that is none/,
  /^an address in disguise/,
  /^a star before an address/,
  /configuration with|in a configuration/,
  /^a long conf/,
];

function isRead(content: unknown): boolean {
  try {
    readManifest(content);
    return true;
  } catch (error) {
    if (error instanceof PluginError && error.code === "ERR_PLUGIN_MANIFEST") return false;
    throw error;
  }
}

const good: readonly object[] = [
  {},
  { $schema: "x" },
  { manifestVersion: 1 },
  { name: "Ünïcode 文字 🎉" },
  { name: "🎉".repeat(100) },
  { version: "1.0.0-alpha.0+build.01" },
  { entrypoint: "./a/b-c/@d/e.mts" },
  { permissions: {} },
  { permissions: { network: { hosts: [] } } },
  { permissions: { network: { hosts: ["*", "*.a.io", "a.io:1", "[::1]:65535", "bücher.example"] } } },
  { permissions: { hooks: ["a", "a.*", "a-b.c_d"], emits: [] } },
  { permissions: { services: { a_1: "*", b: ["c"], thenBy: "*" } } },
  { limits: {} },
  { limits: { memoryMb: 8, cpuTimeMs: 60_000, wallTimeMs: 1 } },
  { config: { constructor: [{}], "a b": null } },
];

describe("the JSON schema of manifests", () => {
  test.each(good)("takes what is read: %j", (changes) => {
    const content = told(changes);
    expect([isOfSchema(content), isRead(content)]).toEqual([true, true]);
  });

  test.each(brokenManifests.filter(([what]) => !BEYOND.some((pattern) => pattern.test(what))))(
    "refuses what is not read: %s",
    (_what, broken) => {
      const content: unknown = broken === undefined ? undefined : JSON.parse(JSON.stringify(broken));
      expect([isOfSchema(content), isRead(content)]).toEqual([false, false]);
    },
  );
});

const part = fc.oneof(
  { weight: 3, arbitrary: fc.anything({ withProxy: true, withNullPrototype: true, withSparseArray: true } as object) },
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
);
const names = ["id", "name", "version", "entrypoint", "permissions", "limits", "config", "manifestVersion"] as const;

describe("whatever is told for a manifest", () => {
  test("is read or refused with a code", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), part, part, (name, value, other) => {
        isRead(value);
        isRead(told({ [name]: value }));
        isRead(
          told({ permissions: { [name]: value, hooks: other, services: { a: value }, network: { hosts: [other] } } }),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("and is read, is read as the same again from what it tells", () => {
    const words = fc.stringMatching(/^[a-z]{1,8}$/);
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
      words.map((word) => `*.${word}:1`),
    );
    const asked = fc.record({
      network: fc.record({ hosts: fc.array(host) }),
      hooks: fc.array(words),
      services: fc.dictionary(
        words.filter((word) => word !== "then"),
        fc.oneof(fc.constant("*"), fc.array(words, { minLength: 1 })),
      ),
    });
    let read = 0;
    fc.assert(
      fc.property(asked, fc.jsonValue({ maxDepth: 3 }), (permissions, value) => {
        const content = told({ permissions, config: { value } });
        if (!isRead(content)) return;
        read += 1;
        const first = tellManifest(readManifest(content));
        expect(tellManifest(readManifest(JSON.parse(JSON.stringify(first))))).toEqual(first);
      }),
    );
    expect(read).toBeGreaterThan(20);
  });

  test("has a version that semver takes as it stands, or is refused", () => {
    const pieces = fc.stringMatching(/^\d{1,3}\.\d{1,3}\.\d{1,3}(-[\da-z.-]{0,6})?(\+[\da-z.-]{0,6})?$/);
    fc.assert(
      fc.property(pieces, (version) => {
        const isKnown = valid(version) !== null;
        expect(isRead(told({ version }))).toBe(isKnown);
      }),
      { numRuns: 1000 },
    );
  });
});
