import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  all,
  allowAll,
  allowAllFs,
  allowPaths,
  any,
  type Diagnostic,
  decide,
  type FsAccessRequest,
  not,
  type PermissionCheck,
  policyOf,
} from "../../src/index.ts";

const request: FsAccessRequest = { op: "read", path: "/a/b" };
const overlong: FsAccessRequest = { op: "read", path: `/${"a".repeat(300)}` };

const yes: PermissionCheck<FsAccessRequest> = () => true;
const no: PermissionCheck<FsAccessRequest> = () => ({ allow: false, reason: "no" });
const laterYes: PermissionCheck<FsAccessRequest> = async () => ({ allow: true });
const laterNo: PermissionCheck<FsAccessRequest> = async () => ({ allow: false, reason: "later" });
const throwing: PermissionCheck<FsAccessRequest> = () => {
  throw new Error("broken");
};
const rejecting: PermissionCheck<FsAccessRequest> = async () => {
  throw new Error("broken");
};
const junk: PermissionCheck<FsAccessRequest> = () => JSON.parse('"yes"');
const covered = allowPaths(["/a/**"]);
const uncovered = allowPaths(["/b/**"]);

async function ask(check: PermissionCheck<FsAccessRequest>, asked = request): Promise<unknown> {
  const codes: string[] = [];
  const decision = await decide(check, asked, (diagnostic: Diagnostic) => codes.push(diagnostic.code));
  return codes.length === 0 ? decision : [decision, ...codes];
}

describe("all(), any(), not()", () => {
  it.each<[string, () => unknown, string]>([
    ["not() of two checks", () => Reflect.apply(not, undefined, [yes, no]), "expected one check, got 2 arguments"],
    ["not() of nothing", () => Reflect.apply(not, undefined, []), "expected at least one check"],
    ["all() of a preset", () => Reflect.apply(all, undefined, [allowAllFs]), "whose check is allowAllFs.fs"],
    ["any() of allowAll", () => Reflect.apply(any, undefined, [yes, allowAll]), "whose checks are allowAll.fs"],
    ["any() of a number", () => Reflect.apply(any, undefined, [5]), "expected a check, got 5"],
  ])("refuse %s", (_, attempt, problem) => {
    const refused = { code: "ERR_INVALID_PERMISSION", message: expect.stringContaining(problem) };
    expect(attempt).toThrow(expect.objectContaining(refused));
  });

  it("make policies of policies, which evaluate at once", () => {
    const check = all(covered, not(any(uncovered, allowPaths(["/a/secret/**"]))));
    expect(policyOf(check)).toEqual({
      rule: "all",
      of: [
        { rule: "paths", read: ["/a/**"], write: ["/a/**"] },
        {
          rule: "not",
          of: {
            rule: "any",
            of: [
              { rule: "paths", read: ["/b/**"], write: ["/b/**"] },
              { rule: "paths", read: ["/a/secret/**"], write: ["/a/secret/**"] },
            ],
          },
        },
      ],
    });
    expect(check({ op: "read", path: "/a/b" })).toBe(true);
    expect(check({ op: "read", path: "/a/secret/b" })).toBe(false);
    expect(check({ op: "read", path: "/a/secret\nx" })).toBe(true);
    expect(check({ op: "read", path: "/a/secret/x\ny" })).toBe(false);
  });

  it("make a function when one part is hand-written, synchronous as long as the parts are", () => {
    expect(policyOf(all(covered, yes))).toBeUndefined();
    expect(all(covered, yes)(request)).toEqual({ allow: true });
    expect(any(no, covered)(request)).toEqual({ allow: true });
    expect(not(no)(request)).toEqual({ allow: true });
    expect(all(no, laterYes)(request)).toEqual({ allow: false, reason: "no" });
    expect(all(yes, laterYes)(request)).toBeInstanceOf(Promise);
  });

  it("tell the reason of the first denial", async () => {
    expect(await ask(all(yes, laterNo, no))).toEqual({ allow: false, reason: "later" });
    expect(await ask(any(uncovered, laterNo, no))).toEqual({ allow: false, reason: "later" });
    expect(await ask(not(laterYes))).toEqual({ allow: false });
  });

  it("do not ask after the answer is settled", async () => {
    expect(await ask(all(no, throwing))).toEqual({ allow: false, reason: "no" });
    expect(await ask(any(laterYes, throwing))).toEqual({ allow: true });
  });

  it.each([
    ["throws", throwing, "ERR_CHECK_THREW"],
    ["rejects", rejecting, "ERR_CHECK_THREW"],
    ["answers nonsense", junk, "ERR_CHECK_ANSWER"],
  ] as const)("deny when a part %s, however it is combined, and report it", async (_, part, code) => {
    for (const check of [
      not(part),
      not(not(part)),
      not(all(yes, part)),
      any(no, part),
      not(any(no, part)),
      all(yes, not(part)),
    ]) {
      expect(await ask(check)).toEqual([{ allow: false }, code]);
    }
  });

  it("deny what a policy cannot judge, however it is combined", async () => {
    for (const check of [
      covered,
      not(covered),
      not(not(covered)),
      not(all(covered, allowAllFs.fs)),
      not(all(covered, yes)),
      not(any(covered, no)),
      not(not(any(no, covered))),
      all(yes, not(covered)),
      any(laterNo, not(all(yes, covered))),
    ]) {
      expect(await ask(check, overlong)).toMatchObject({ allow: false });
    }
    expect(await ask(any(covered, yes), overlong)).toEqual({ allow: true });
    expect(await ask(any(covered, allowAllFs.fs), overlong)).toEqual({ allow: true });
  });

  it("agree with logic, for checks of every kind", async () => {
    type Formula = { readonly check: PermissionCheck<FsAccessRequest>; readonly value: boolean };
    const leaf = fc.constantFrom<Formula>(
      { check: yes, value: true },
      { check: no, value: false },
      { check: laterYes, value: true },
      { check: laterNo, value: false },
      { check: covered, value: true },
      { check: uncovered, value: false },
    );
    const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
      const several = fc.array(tie("formula"), { minLength: 1, maxLength: 3 });
      const combine =
        (make: typeof all, judge: (values: boolean[]) => boolean) =>
        (parts: Formula[]): Formula => {
          const [first, ...rest] = parts.map((part) => part.check);
          return { check: make(first ?? no, ...rest), value: judge(parts.map((part) => part.value)) };
        };
      return {
        formula: fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          leaf,
          several.map(combine(all, (values) => values.every(Boolean))),
          several.map(combine(any, (values) => values.some(Boolean))),
          tie("formula").map(({ check, value }) => ({ check: not(check), value: !value })),
        ),
      };
    });
    await fc.assert(
      fc.asyncProperty(formula, async ({ check, value }) => {
        expect(await ask(check)).toMatchObject({ allow: value });
      }),
    );
  });

  it("refuse to combine nothing, or what is no check, by code", () => {
    const refused = expect.objectContaining({ code: "ERR_INVALID_PERMISSION" });
    expect(() => Reflect.apply(all, undefined, [])).toThrow(refused);
    expect(() => Reflect.apply(any, undefined, [])).toThrow(refused);
    expect(() => Reflect.apply(not, undefined, [])).toThrow(refused);
    expect(() => Reflect.apply(all, undefined, [yes, true])).toThrow(refused);
  });
});

describe("allowAll", () => {
  it("is every preset in one, frozen, and each part is a policy", () => {
    expect(Object.keys(allowAll)).toEqual(["fs", "network", "childProcess", "env"]);
    expect(Object.values(allowAll).map((check) => policyOf(check as PermissionCheck<object>))).toEqual(
      Array.from({ length: 4 }, () => ({ rule: "allow" })),
    );
    expect(Object.isFrozen(allowAll)).toBe(true);
    expect(allowAll.network({ op: "listen", port: 80 })).toBe(true);
  });
});
