export * from "./inert/encode-inert.ts";
export type * from "./inert/encode-options.ts";
export * from "./inert/inert-predicates.ts";
