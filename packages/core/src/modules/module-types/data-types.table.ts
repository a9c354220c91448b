import { type TypeNode, text, UNDEFINED, UNKNOWN } from "./type-node.ts";

const classes: readonly string[] = [
  "AggregateError",
  "ArrayBuffer",
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
  "Date",
  "Error",
  "EvalError",
  "Float32Array",
  "Float64Array",
  "Int16Array",
  "Int32Array",
  "Int8Array",
  "RangeError",
  "ReferenceError",
  "RegExp",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Uint16Array",
  "Uint32Array",
  "Uint8Array",
  "Uint8ClampedArray",
];

/** What crosses between host and guest and JSON does not know, by name. */
export const dataTypes: ReadonlyMap<string, TypeNode> = new Map<string, TypeNode>([
  ...classes.map((name): [string, TypeNode] => [name, text(name)]),
  ["bigint", text("bigint")],
  ["undefined", UNDEFINED],
  ["Map", { kind: "generic", name: "Map", args: [UNKNOWN, UNKNOWN] }],
  ["Set", { kind: "generic", name: "Set", args: [UNKNOWN] }],
]);

/** The keyword by which a JSON Schema names one of {@link dataTypes}. */
export const DATA_TYPE = "x-vivarium-type";
