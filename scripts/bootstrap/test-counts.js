/** How many tests passed and failed, read from the JSON reports of the two runners. */

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * From vitest's JSON report. A file that could not even be loaded counts as one failure.
 * @param {{ numPassedTests?: number, numFailedTests?: number, testResults?: readonly { status?: string, assertionResults?: readonly unknown[] }[] }} report
 * @returns {Counts}
 */
export function countVitest(report) {
  const broken = (report.testResults ?? []).filter((file) => file.status === "failed" && (file.assertionResults ?? []).length === 0);
  return { passed: report.numPassedTests ?? 0, failed: (report.numFailedTests ?? 0) + broken.length };
}

/**
 * From Playwright's JSON report. A flaky test did not pass; an error outside any test counts as one failure.
 * @param {{ stats?: { expected?: number, unexpected?: number, flaky?: number }, errors?: readonly unknown[] }} report
 * @returns {Counts}
 */
export function countPlaywright(report) {
  const stats = report.stats ?? {};
  const failed = (stats.unexpected ?? 0) + (stats.flaky ?? 0);
  return { passed: stats.expected ?? 0, failed: failed === 0 ? (report.errors ?? []).length : failed };
}
