import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describeValue } from "../errors/describe-value.ts";
import { toOneLine } from "../errors/to-one-line.ts";
import type { MaybePromise } from "../promises/maybe-promise.ts";

/** What a schema finds wrong with a value. */
export interface ValidationIssue {
  /** One line, cut when long. */
  readonly message: string;
  /** From the value to what is wrong in it; what is neither a string nor a number is described. */
  readonly path: readonly (string | number)[];
}

/** What a schema says of a value; of one that says nothing sound (it throws, rejects, answers junk) the fault. */
export type Validation =
  | { readonly value: unknown }
  | { readonly problem: string; readonly issues: readonly ValidationIssue[] }
  | { readonly fault: unknown };

/** Issues that are kept. */
const MAX_ISSUES = 32;
/** Issues that a problem tells. */
const TOLD_ISSUES = 4;
/** Steps of a path, counted from the value. */
const MAX_STEPS = 32;
/** In characters: of a message, and of a step of a path. */
const LONGEST_MESSAGE = 400;
const LONGEST_STEP = 80;

const IDENTIFIER: RegExp = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * Asks a schema about a value, and does not trust it: only an object that holds a `value` and no `issues` passes. Answers
 * at once when the schema does. Never throws, never rejects, reads each property of an answer once. A promise that never
 * settles keeps the answer waiting: deadlines are the caller's matter.
 */
export function validateWith(schema: StandardSchemaV1, value: unknown): MaybePromise<Validation> {
  try {
    const answer: unknown = schema["~standard"].validate(value);
    const then = thenOf(answer);
    return then === undefined ? readValidation(answer) : awaitValidation(answer, then);
  } catch (fault) {
    return { fault };
  }
}

type Then = (resolve: (answer: unknown) => void, reject: (cause: unknown) => void) => void;

function thenOf(answer: unknown): Then | undefined {
  if ((typeof answer !== "object" && typeof answer !== "function") || answer === null) return undefined;
  const then: unknown = Reflect.get(answer, "then");
  return typeof then === "function" ? (then as Then) : undefined;
}

function awaitValidation(thenable: unknown, then: Then): Promise<Validation> {
  const settled = new Promise((resolve, reject) => Reflect.apply(then, thenable, [resolve, reject]));
  return settled.then(readValidation).catch((fault: unknown) => ({ fault }));
}

/** @throws whatever a getter or a proxy in the answer throws, and a TypeError of what is no answer */
function readValidation(answer: unknown): Validation {
  if (typeof answer !== "object" || answer === null) throw junk("answered", answer);
  const issues: unknown = Reflect.get(answer, "issues");
  if (issues) return readIssues(issues);
  if (!Reflect.has(answer, "value")) throw new TypeError("A schema answered neither a value nor issues");
  return { value: Reflect.get(answer, "value") };
}

function readIssues(issues: unknown): Validation {
  if (!Array.isArray(issues)) throw junk("gave as its issues", issues);
  const count: number = issues.length;
  const read = Array.from({ length: Math.min(count, MAX_ISSUES) }, (_, index) => readIssue(issues[index]));
  return { problem: describeIssues(read, count), issues: read };
}

function readIssue(issue: unknown): ValidationIssue {
  if (typeof issue !== "object" || issue === null) throw junk("gave as an issue", issue);
  const message: unknown = Reflect.get(issue, "message");
  if (typeof message !== "string") throw junk("gave as the message of an issue", message);
  return { message: cut(message, LONGEST_MESSAGE), path: readPath(Reflect.get(issue, "path")) };
}

function readPath(path: unknown): readonly (string | number)[] {
  if (path === undefined || path === null) return [];
  if (!Array.isArray(path)) throw junk("gave as the path of an issue", path);
  const count: number = path.length;
  return Array.from({ length: Math.min(count, MAX_STEPS) }, (_, index) => readStep(path[index]));
}

/** The key of a step: it is one, or an object that has one. Of a Map's entry that can be anything. */
function readStep(step: unknown): string | number {
  const key: unknown = typeof step === "object" && step !== null ? Reflect.get(step, "key") : step;
  if (typeof key === "number") return key;
  if (typeof key === "string") return cut(key, LONGEST_STEP);
  return cut(typeof key === "symbol" ? String(key) : describeValue(key), LONGEST_STEP);
}

function describeIssues(issues: readonly ValidationIssue[], count: number): string {
  if (issues.length === 0) return "not what the schema takes";
  const told = issues.slice(0, TOLD_ISSUES).map(describeIssue).join("; ");
  return count > TOLD_ISSUES ? `${told}; and ${count - TOLD_ISSUES} more` : told;
}

function describeIssue({ message, path }: ValidationIssue): string {
  const place = path.map(describeStep).join("").replace(/^\./, "");
  return place === "" ? message : `${place}: ${message}`;
}

function describeStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** On one line, since a message may hold what the guest gave. */
function cut(text: string, longest: number): string {
  const line = toOneLine(text.slice(0, longest + 1));
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}

function junk(did: string, actual: unknown): TypeError {
  return new TypeError(`A schema ${did} ${describeValue(actual)}`);
}
