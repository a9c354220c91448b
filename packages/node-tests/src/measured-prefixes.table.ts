/** One group of test files, named by what the file names begin with. */
export interface MeasuredPrefix {
  readonly prefix: string;
  /** How many files must pass (skips included) before the group counts as supported. */
  readonly floor: number;
}

/** The groups that the foundation is measured by: the modules that a guest has. */
export const measuredPrefixes: readonly MeasuredPrefix[] = [
  { prefix: "test-path", floor: 17 },
  { prefix: "test-event", floor: 40 },
  { prefix: "test-util", floor: 17 },
  { prefix: "test-url", floor: 11 },
  { prefix: "test-whatwg-", floor: 48 },
  { prefix: "test-querystring", floor: 3 },
  { prefix: "test-string-decoder", floor: 3 },
  { prefix: "test-buffer", floor: 54 },
  { prefix: "test-assert", floor: 15 },
  { prefix: "test-stream", floor: 188 },
  { prefix: "test-readline", floor: 20 },
  { prefix: "test-timers", floor: 47 },
  { prefix: "test-next-tick", floor: 9 },
  { prefix: "test-console", floor: 21 },
  { prefix: "test-promise", floor: 4 },
  { prefix: "test-require", floor: 18 },
  { prefix: "test-module", floor: 18 },
  { prefix: "test-fs-", floor: 263 },
  { prefix: "test-process-", floor: 43 },
  { prefix: "test-zlib", floor: 53 },
];
