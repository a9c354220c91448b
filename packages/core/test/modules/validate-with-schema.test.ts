import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { type Validation, validateWith } from "../../src/modules/validate-with-schema.ts";

/** A schema of JavaScript, which answers what no type allows. */
function answering(answer: () => unknown): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate: () => answer() as StandardSchemaV1.Result<unknown> } };
}

/** What is said of a value by a schema that answers so at once. */
function ask(answer: unknown): Validation {
  const validation = validateWith(
    answering(() => answer),
    "value",
  );
  if (validation instanceof Promise) throw new Error("it did not answer at once");
  return validation;
}

function problemOf(issues: unknown): string {
  const validation = ask({ issues });
  return "problem" in validation ? validation.problem : "no problem";
}

function thenableBy(get: () => unknown): object {
  // biome-ignore lint/suspicious/noThenProperty: a thenable of a stranger is what is tested
  return Object.defineProperty({}, "then", { get });
}

function throwing(): never {
  throw new RangeError("trap");
}

const throwingProxy: object = new Proxy({}, { get: throwing, has: throwing });
const revoked = Proxy.revocable([], {});
revoked.revoke();

describe("validateWith()", () => {
  it("gives what a schema makes of a value, at once where the schema answers at once", () => {
    const schema = answering(() => ({ value: 5 }));
    expect(validateWith(schema, "5")).toEqual({ value: 5 });
    expect(ask({ value: undefined })).toEqual({ value: undefined });
    expect(ask({ value: 1, issues: undefined })).toEqual({ value: 1 });
  });

  it("passes the value itself, with the schema as the place of validate", () => {
    const seen: unknown[] = [];
    const standard = {
      version: 1 as const,
      vendor: "test",
      validate(this: unknown, value: unknown) {
        seen.push(this, value);
        return { value };
      },
    };
    const value = {};
    expect(validateWith({ "~standard": standard }, value)).toEqual({ value });
    expect(seen[0]).toBe(standard);
    expect(seen[1]).toBe(value);
  });

  it("awaits promises and other thenables, and calls their then once", async () => {
    expect(
      await validateWith(
        answering(() => Promise.resolve({ value: 1 })),
        1,
      ),
    ).toEqual({ value: 1 });
    let reads = 0;
    const thenable = thenableBy(() => {
      reads += 1;
      return (resolve: (answer: unknown) => void) => resolve({ issues: [{ message: "no" }] });
    });
    expect(await askLater(thenable)).toEqual({ problem: "no", issues: [{ message: "no", path: [] }] });
    expect(reads).toBe(1);
  });

  it("tells issues with their places", () => {
    const path = ["rows", 0, { key: "name" }, "with space", Symbol("s"), { key: {} }];
    expect(ask({ issues: [{ message: "Expected a string", path }, { message: "also" }] })).toEqual({
      problem: 'rows[0].name["with space"]["Symbol(s)"]["an object"]: Expected a string; also',
      issues: [
        { message: "Expected a string", path: ["rows", 0, "name", "with space", "Symbol(s)", "an object"] },
        { message: "also", path: [] },
      ],
    });
    expect(problemOf([])).toBe("not what the schema takes");
  });

  it("does not take a value beside issues, also when there are none", () => {
    expect(ask({ value: 1, issues: [] })).not.toHaveProperty("value");
    expect(ask({ value: 1, issues: "" })).toEqual({ value: 1 });
  });

  it("keeps what is told on one line", () => {
    const message = 'Unknown key "a\n\u001b[31m\u202e"';
    expect(problemOf([{ message, path: ["\r"] }])).toBe('["\\\\u000d"]: Unknown key "a\\n\\u001b[31m\\u202e"');
  });

  it("bounds what it keeps of a million issues of a megabyte each", () => {
    let reads = 0;
    const issue = {
      message: "x".repeat(1 << 20),
      path: Array.from({ length: 1 << 16 }, () => "\u0000".repeat(1 << 10)),
    };
    const issues = new Proxy([], {
      get: (_target, key) => {
        reads += 1;
        return key === "length" ? 1_000_000 : issue;
      },
    });
    const validation = ask({ issues });
    expect(JSON.stringify(validation).length).toBeLessThan(300_000);
    expect(problemOf(issues)).toMatch(/; and 999996 more$/);
    expect(reads).toBeLessThan(100);
  });

  it("reads each property of an answer once", () => {
    const reads: string[] = [];
    const reading = (name: string, target: object): object =>
      new Proxy(target, {
        get: (_target, key) => {
          reads.push(`${name}.${String(key)}`);
          return Reflect.get(target, key);
        },
      });
    const step = reading("step", { key: "a" });
    const issue = reading("issue", { message: "no", path: [step] });
    ask(reading("answer", { issues: reading("issues", [issue]) }));
    ask(reading("answer", { value: 1 }));
    expect(reads).toEqual([
      "answer.then",
      "answer.issues",
      "issues.length",
      "issues.0",
      "issue.message",
      "issue.path",
      "step.key",
      "answer.then",
      "answer.issues",
      "answer.value",
    ]);
  });

  it("tells a schema that throws or answers junk from one that refuses", () => {
    const junk: readonly unknown[] = [
      undefined,
      null,
      true,
      "value",
      {},
      { issue: [] },
      () => ({ value: 1 }),
      { issues: "no" },
      { issues: { length: 1, 0: { message: "no" } } },
      { issues: [null] },
      { issues: ["no"] },
      { issues: [{ message: 5 }] },
      { issues: [{ message: { toString: throwing } }] },
      { issues: [{ message: "no", path: "a" }] },
      { issues: [{ message: "no", path: [throwingProxy] }] },
      { issues: throwingProxy },
      { issues: revoked.proxy },
      { issues: [revoked.proxy] },
      throwingProxy,
      revoked.proxy,
    ];
    for (const [index, answer] of junk.entries()) {
      const validation = ask(answer);
      expect(Object.keys(validation), `junk ${index}`).toEqual(["fault"]);
      expect("fault" in validation && validation.fault, `junk ${index}`).toBeInstanceOf(Error);
    }
    expect(validateWith(answering(throwing), 1)).toEqual({ fault: new RangeError("trap") });
  });

  it("tells the same of one that answers by promise", async () => {
    expect(await askLater(Promise.reject(new RangeError("late")))).toEqual({ fault: new RangeError("late") });
    expect(await askLater(Promise.reject(undefined))).toEqual({ fault: undefined });
    expect(Object.keys(await askLater(Promise.resolve({})))).toEqual(["fault"]);
    expect(Object.keys(await askLater(Promise.resolve(throwingProxy)))).toEqual(["fault"]);
    expect(await askLater(thenableBy(() => throwing))).toEqual({
      fault: new RangeError("trap"),
    });
  });

  it("tells the same of what has become no schema at all", () => {
    const broken = Object.defineProperty(answering(throwing), "~standard", { value: undefined });
    expect(Object.keys(validateWith(broken, 1))).toEqual(["fault"]);
    expect(validateWith(Object.defineProperty({}, "~standard", { get: throwing }) as StandardSchemaV1, 1)).toEqual({
      fault: new RangeError("trap"),
    });
  });
});

/** What is said by a schema that answers by promise. */
async function askLater(answer: unknown): Promise<Validation> {
  const validation = validateWith(
    answering(() => answer),
    "value",
  );
  if (!(validation instanceof Promise)) throw new Error("it answered at once");
  return await validation;
}
