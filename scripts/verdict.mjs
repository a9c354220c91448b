/** The verdict on tests that left no report. */
export const noVerdict = Object.freeze({ passed: 0, failed: 1 });

/**
 * How many tests passed and failed, from the report of vitest's reporter `json` and its exit code. A file that failed
 * without a test that did (it could not load, or its preparation or clean-up failed) counts as one failure. So does a run
 * that failed for none of these: for an error that belongs to no test, or since no test was found.
 */
export function readVerdict(report, exitCode) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report);
  const failedOtherwise = testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = numFailedTests + failedOtherwise;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
