import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineModule, hostFunction, moduleTypes } from "../../src/index.ts";
import { checkGuest, outlineOf } from "./check-guest.ts";
import { described } from "./described-schema.ts";

/** What ends a comment, a string or a declaration, if it stands there as it is. */
const attacks: readonly string[] = [
  "*/ } declare module 'node:fs' { export const evil: 1; } /*",
  "*\\/ *//* **/",
  "*",
  "/",
  "a *\n/ evil",
  "\n*/\nexport const evil: 1;\n/**",
  "`$" + "{evil}`",
  '"; export const evil: 1; "',
  '\\"; evil; //',
  "\\",
  "a\u2028*/\u2029b\r\nc\rd",
  "\u0000\u001b[31m\u202e\u2066\ufeff\ud800",
  "///<reference path='evil' />",
  "@jsx evil\n@param evil\n@ts-" + "nocheck",
  "}\n}\n",
  "__proto__",
  "constructor",
  "'",
  `${"x".repeat(98)} */`,
  `${"x ".repeat(60)}*/ ${"/ * ".repeat(60)}`,
];

const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.tuple(fc.string({ maxLength: 120 }), fc.constantFrom(...attacks)).map(([before, attack]) => before + attack),
);

/** JSON Schemas with any text wherever one can stand, and references to wherever. */
const { schema } = fc.letrec<{ schema: object | boolean }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.boolean(),
    fc.record({
      type: fc.constantFrom("string", "integer", "null", "boolean", ["string", "null"]),
      description: text,
      format: text,
      default: text,
    }),
    fc.record({ enum: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({ const: fc.json().map((json): unknown => JSON.parse(json)) }),
    fc.record({ $ref: fc.constantFrom("#", "#/$defs/*~1 evil", "#/$defs/0", "#/properties/a", "#/$defs/Date") }),
    fc.record(
      {
        properties: fc.dictionary(text, tie("schema"), { maxKeys: 3 }),
        required: fc.array(text, { maxLength: 2 }),
        additionalProperties: tie("schema"),
        title: text,
        description: text,
      },
      { requiredKeys: [] },
    ),
    fc.record({ propertyNames: fc.record({ enum: fc.array(text) }), additionalProperties: tie("schema") }),
    fc.record({ items: tie("schema"), deprecated: fc.boolean() }, { requiredKeys: ["items"] }),
    fc.record({ prefixItems: fc.array(tie("schema"), { maxLength: 3 }), items: tie("schema"), minItems: fc.nat(3) }),
    fc.record({ anyOf: fc.array(tie("schema"), { maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie("schema"), { maxLength: 3 }), nullable: fc.boolean() }),
  ),
}));

const document: fc.Arbitrary<object> = fc
  .tuple(schema, schema, schema, schema, text)
  .map(([root, first, second, third, title]) => ({
    ...(typeof root === "object" ? root : {}),
    title,
    $defs: { "*/ evil": first, 0: second, Date: third },
  }));

/** A module whose every text is one of these. */
function moduleOf(words: string, documents: readonly object[]): string {
  const [first = {}, second = {}] = documents;
  const f = hostFunction({
    description: words,
    parameters: [described(first), described(second)],
    returns: described(second),
    run: () => 1,
  });
  const holder = { f, constant: { [words]: [words, new Map([[words, words]])] } };
  return moduleTypes({ "host:m": defineModule({ ...holder, holder }, { description: words }) });
}

/** Nothing but what it should declare, and types, after each other. */
const OUTLINE: RegExp = /^host:m: (?:[A-Za-z_$][\w$]*, )*f, constant, holder, ExportDeclaration$/;
/** Control characters, signs that turn the direction of writing, breaks that are none for everybody, blanks at the end. */
const UNSAFE: RegExp = /[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]|[ \t]$/mu;

describe("texts of schemas in a declaration", () => {
  it("stay in the comment or the string that they stand in", () => {
    const all = attacks.map((attack, index) => {
      const hostile = {
        title: attack,
        description: attack,
        deprecated: true,
        properties: {
          [attack]: { type: "string", description: attack, format: attack, default: attack },
          list: { items: { enum: [attack, { [attack]: attack }] } },
          named: { $ref: `#/$defs/${attack}` },
          other: { $ref: "#/$defs/x" },
        },
        required: [attack, `${attack}2`],
        $defs: { [attack]: { title: attack, type: "string" }, x: { description: attack, const: attack } },
      };
      const types = moduleOf(attack, [hostile, { ...hostile, type: attack }]);
      expect(outlineOf(types), types).toEqual([expect.stringMatching(OUTLINE)]);
      expect(types).not.toMatch(UNSAFE);
      return types.replaceAll('"host:m"', `"host:m${index}"`);
    });
    expect(checkGuest(all.join("\n"), 'import { f } from "host:m0"; export { f };')).toEqual([]);
  });

  it("declare nothing else, whatever they are, and compile", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, document, document), { minLength: 20, maxLength: 20 }), (modules) => {
        const all = modules.map(([words, ...documents], index) => {
          const types = moduleOf(words, documents);
          expect(outlineOf(types), types).toEqual([expect.stringMatching(OUTLINE)]);
          expect(types).not.toMatch(UNSAFE);
          return types.replaceAll('"host:m"', `"host:m${index}"`);
        });
        expect(checkGuest(all.join("\n"), "export {};")).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
