/** `skip`: the test itself said that it cannot run here, and ended well. */
export type TestStatus = "pass" | "skip" | "fail";

/** What became of one test file. */
export interface TestResult {
  /** File name within the folder of the suite: `test-path.js`. */
  readonly name: string;
  readonly status: TestStatus;
  readonly durationMs: number;
  /** Of a failure: the line of stderr that says most, or how the guest ended. */
  readonly cause?: string;
  /** Of a failure: the end of what it wrote to stderr. */
  readonly stderr?: string;
  /** Of a skip: the reason given. */
  readonly reason?: string;
}
