import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowAllFs,
  type Diagnostic,
  decide,
  decideSync,
  type EnvAccessRequest,
  type FsAccessRequest,
  type PermissionCheck,
} from "../../src/index.ts";

const request: FsAccessRequest = { op: "read", path: "/a\nb" };

function listen(): { diagnostics: Diagnostic[]; onDiagnostic: (diagnostic: Diagnostic) => void } {
  const diagnostics: Diagnostic[] = [];
  return { diagnostics, onDiagnostic: (diagnostic) => diagnostics.push(diagnostic) };
}

/** A check of JavaScript, which answers what no type allows. */
const answeringOne: PermissionCheck<EnvAccessRequest> = () => JSON.parse("1");

function answering(answer: unknown): PermissionCheck<FsAccessRequest> {
  return (() => answer) as PermissionCheck<FsAccessRequest>;
}

describe("decide()", () => {
  it("denies when there is no check, without a diagnostic", () => {
    const { diagnostics, onDiagnostic } = listen();
    expect(decide(undefined, request, onDiagnostic)).toEqual({ allow: false });
    expect(diagnostics).toEqual([]);
  });

  it("takes booleans and decisions, own or inherited, at once", () => {
    const { diagnostics, onDiagnostic } = listen();
    const ask = (answer: unknown): unknown => decide(answering(answer), request, onDiagnostic);
    expect(ask(true)).toEqual({ allow: true });
    expect(ask(false)).toEqual({ allow: false });
    expect(ask({ allow: true, reason: "because" })).toEqual({ allow: true });
    expect(ask({ allow: false, reason: "no" })).toEqual({ allow: false, reason: "no" });
    expect(ask({ allow: false, reason: 5 })).toEqual({ allow: false });
    expect(ask(Object.create({ allow: true }))).toEqual({ allow: true });
    expect(Object.isFrozen(ask({ allow: false, reason: "no" }))).toBe(true);
    expect(diagnostics).toEqual([]);
  });

  it("denies anything else and says so", () => {
    const junk = [
      undefined,
      null,
      0,
      1,
      "true",
      {},
      { allow: 1 },
      { allow: "true" },
      [true],
      () => true,
      Symbol("x"),
      1n,
    ];
    for (const answer of junk) {
      const { diagnostics, onDiagnostic } = listen();
      expect(decide(answering(answer), request, onDiagnostic)).toEqual({ allow: false });
      expect(diagnostics.map(({ code }) => code)).toEqual(["ERR_CHECK_ANSWER"]);
    }
  });

  it("allows nothing but an explicit allow, whatever the answer", () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        const explicit =
          answer === true || (typeof answer === "object" && answer !== null && Reflect.get(answer, "allow") === true);
        fc.pre(typeof answer !== "object" || answer === null || !("then" in answer));
        expect(decide(answering(answer), request, () => undefined)).toMatchObject({ allow: explicit });
      }),
    );
  });

  it("denies when the check throws, and names the request on one line", () => {
    const { diagnostics, onDiagnostic } = listen();
    const cause = new Error("broken");
    const check = (): never => {
      throw cause;
    };
    expect(decide(check, request, onDiagnostic)).toEqual({ allow: false });
    expect(diagnostics).toEqual([
      { code: "ERR_CHECK_THREW", message: 'Denied read "/a\\nb": the permission check threw', cause },
    ]);
  });

  it("denies when a property of the answer throws, and reads each only once", () => {
    const { diagnostics, onDiagnostic } = listen();
    const hostile = {
      get allow(): never {
        throw new Error("getter");
      },
    };
    expect(decide(answering(hostile), request, onDiagnostic)).toEqual({ allow: false });
    expect(diagnostics[0]?.code).toBe("ERR_CHECK_THREW");
    let reads = 0;
    const fickle = {
      get allow(): boolean {
        reads += 1;
        return reads > 1;
      },
    };
    expect(decide(answering(fickle), request, onDiagnostic)).toEqual({ allow: false });
    expect(reads).toBe(1);
  });

  it("waits for promises and other thenables, and for what they answer alone", async () => {
    const { diagnostics, onDiagnostic } = listen();
    expect(await decide(answering(Promise.resolve(true)), request, onDiagnostic)).toEqual({ allow: true });
    expect(await decide(answering(Promise.resolve({ allow: false, reason: "x" })), request, onDiagnostic)).toEqual({
      allow: false,
      reason: "x",
    });
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    const thenable = { allow: true, then: (settle: (value: unknown) => void) => settle(false) };
    expect(await decide(answering(thenable), request, onDiagnostic)).toEqual({ allow: false });
    expect(diagnostics).toEqual([]);
    expect(await decide(answering(Promise.resolve("yes")), request, onDiagnostic)).toEqual({ allow: false });
    expect(await decide(answering(Promise.reject(new Error("x"))), request, onDiagnostic)).toEqual({ allow: false });
    expect(diagnostics.map(({ code }) => code)).toEqual(["ERR_CHECK_ANSWER", "ERR_CHECK_THREW"]);
  });

  it("gives the check a frozen copy that keeps names like __proto__ harmless", () => {
    const env = JSON.parse('{"__proto__": "x", "A": "1"}') as Record<string, string>;
    const original = { command: "ls", args: ["-l"], env };
    let seen: typeof original | undefined;
    decide(
      (asked: typeof original) => {
        seen = asked;
        return false;
      },
      original,
      () => undefined,
    );
    expect(seen).not.toBe(original);
    expect(seen?.args).toEqual(["-l"]);
    expect(Object.keys(seen?.env ?? {})).toEqual(["__proto__", "A"]);
    expect([seen, seen?.args, seen?.env].map((part) => Object.isFrozen(part))).toEqual([true, true, true]);
    expect(Object.isFrozen(original)).toBe(false);
  });

  it("never tells the value of a variable in a diagnostic", () => {
    const { diagnostics, onDiagnostic } = listen();
    const secret: EnvAccessRequest = { op: "read", key: "TOKEN", value: "hunter2" };
    decide(answeringOne, secret, onDiagnostic);
    expect(diagnostics[0]?.message).toContain('read "TOKEN"');
    expect(diagnostics[0]?.message).not.toContain("hunter2");
  });

  it("cuts an endless reason", () => {
    const decision = decide(answering({ allow: false, reason: "x".repeat(1e6) }), request, () => undefined);
    expect((decision as { reason: string }).reason).toHaveLength(1000);
  });

  it("denies even when the listener of diagnostics throws", () => {
    const onDiagnostic = (): never => {
      throw new Error("listener");
    };
    expect(decide(answering(1), request, onDiagnostic)).toEqual({ allow: false });
  });
});

describe("decideSync()", () => {
  it("answers as decide() does for checks that answer at once", () => {
    expect(decideSync(allowAllFs.fs, request, () => undefined)).toEqual({ allow: true });
    expect(decideSync(answering({ allow: false, reason: "no" }), request, () => undefined)).toEqual({
      allow: false,
      reason: "no",
    });
  });

  it("refuses a check that answers by promise, by name, and leaves no rejection unhandled", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { diagnostics, onDiagnostic } = listen();
    const decision = decideSync(answering(Promise.reject(new Error("late"))), request, onDiagnostic);
    expect(decision).toEqual({ allow: false, reason: "the permission check answers by promise" });
    expect(diagnostics.map(({ code }) => code)).toEqual(["ERR_CHECK_ASYNC"]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});
