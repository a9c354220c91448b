export { runSuite, type SuiteRun } from "./run-suite.ts";
export type { TestConditions } from "./run-test-file.ts";
export type { TestResult, TestStatus } from "./test-result.ts";
