import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { HostFunctionDefinition } from "../host-function.ts";
import { afterUndefined, type DescribedValue, describeSchema } from "./describe-schema.ts";
import { type LongName, nameLongType } from "./name-long-type.ts";
import type { NamedTypes } from "./named-types.ts";
import { toParameterName, toTypeName } from "./names.ts";
import { parameterNames, sourceNames } from "./parameter-names.ts";
import { type TypeNode, UNDEFINED, UNKNOWN, unionOf, withoutUndefined } from "./type-node.ts";

/** A parameter, as the guest sees it. */
export interface Parameter {
  readonly name: string;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  /** Whether it stands for all further arguments. */
  readonly isRest: boolean;
  /** Lines of its comment. */
  readonly comment: readonly string[];
}

/** Characters of a type in a signature. */
const LONGEST = 60;

/** Arguments of which nothing is known. */
const ANY_ARGUMENTS: Parameter = {
  name: "args",
  type: { kind: "array", element: UNKNOWN },
  isOptional: false,
  isRest: true,
  comment: [],
};

/** What a function takes: what its schemas take. Those at the end that take `undefined` may be left out. */
export function parametersOf(
  { parameters, run }: HostFunctionDefinition,
  path: string,
  names: NamedTypes,
): readonly Parameter[] {
  if (parameters === undefined) return [ANY_ARGUMENTS];
  // The first is the call itself.
  const inSource = sourceNames(run).slice(1);
  const lastRequired = parameters.findLastIndex((schema) => afterUndefined(schema) === undefined);
  const typeNames = parameters.map(
    (_, index) => `${toTypeName(path) ?? ""}${toTypeName(inSource[index] ?? "") ?? "Input"}`,
  );
  const described = parameters.map((schema, index) => {
    return describeSchema(schema, names, { name: typeNames[index] ?? "Input", direction: "input" });
  });
  const called = parameterNames(described.map(({ title }, index) => toParameterName(title ?? "") ?? inSource[index]));
  return parameters.map((schema, index): Parameter => {
    const { type = UNKNOWN, comment = [] }: Partial<DescribedValue> = described[index] ?? {};
    const isOptional = index > lastRequired;
    const told = isOptional ? withoutUndefined(type) : withUndefined(type, schema);
    const name = typeNames[index] ?? "Input";
    const long: LongName = { name, ofElement: `${name}Item`, suffix: "Input" };
    return {
      name: called[index] ?? `arg${index}`,
      type: nameLongType(told, LONGEST, long, names),
      isOptional,
      isRest: false,
      comment,
    };
  });
}

function withUndefined(type: TypeNode, schema: StandardSchemaV1): TypeNode {
  return afterUndefined(schema) === undefined ? type : unionOf([type, UNDEFINED]);
}
