export * from "./guest-isolate.ts";
