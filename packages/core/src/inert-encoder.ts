export * from "./inert/encode-inert.ts";
export * from "./inert/inert-predicates.ts";
