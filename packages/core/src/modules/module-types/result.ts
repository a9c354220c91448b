import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { HostFunctionDefinition } from "../host-function.ts";
import { afterUndefined, describeSchema } from "./describe-schema.ts";
import { nameLongType } from "./name-long-type.ts";
import type { NamedTypes } from "./named-types.ts";
import { toTypeName } from "./names.ts";
import { isUndefined, type TypeNode, text, UNDEFINED, UNKNOWN, unionOf } from "./type-node.ts";

/** What comes of a function, as the guest sees it. */
export interface Result {
  readonly type: TypeNode;
  /** Lines of its comment. */
  readonly comment: readonly string[];
}

/** Characters of a type in a signature, and of one that is told twice. */
const LONGEST = 60;
const LONGEST_REPEATED = 30;

/** What a guest gets of a function: what its schema makes of the result, at once or by promise. */
export function resultOf(
  { returns, mode, isGenerator }: HostFunctionDefinition,
  path: string,
  names: NamedTypes,
): Result {
  // A generator answers at once, whatever its values do.
  const isEither = mode === "either" && !isGenerator;
  const { type, comment } = describeResult(returns, isEither ? LONGEST_REPEATED : LONGEST, path, names);
  const whole = isGenerator ? genericOf("AsyncIterable", type) : isUndefined(type) ? text("void") : type;
  if (isEither) return { type: eitherOf(whole), comment };
  return { type: mode === "async" ? genericOf("Promise", whole) : whole, comment };
}

function describeResult(
  returns: StandardSchemaV1 | undefined,
  longest: number,
  path: string,
  names: NamedTypes,
): Result {
  if (returns === undefined) return { type: UNKNOWN, comment: [] };
  const whole = toTypeName(path) ?? "";
  const called = { name: `${whole}Result`, ofElement: `${whole}Item`, suffix: "Output" } as const;
  const { type, comment } = describeSchema(returns, names, { name: called.name, direction: "output" });
  const told = afterUndefined(returns) === "undefined" ? unionOf([type, UNDEFINED]) : type;
  return { type: nameLongType(told, longest, called, names), comment };
}

/** At once or by promise: a guest that awaits it is right in both cases. */
function eitherOf(type: TypeNode): TypeNode {
  // Not by unionOf(): what is unknown may be a promise, and shall say so.
  return { kind: "union", members: [...(type.kind === "union" ? type.members : [type]), genericOf("Promise", type)] };
}

function genericOf(name: string, argument: TypeNode): TypeNode {
  return { kind: "generic", name, args: [argument] };
}
