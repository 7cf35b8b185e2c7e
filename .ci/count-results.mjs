/**
 * Reads a report of `jest --json`.
 *
 *   node .ci/count-results.mjs report.json             prints "PASSED FAILED"; a suite that cannot run is one failure
 *   node .ci/count-results.mjs --skipped report.json   prints the path of every suite with a skipped test, a line each
 */
import { existsSync, readFileSync } from 'node:fs';

const wantsSkipped = process.argv[2] === '--skipped';
const path = process.argv[wantsSkipped ? 3 : 2];
const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;

if (wantsSkipped) {
  for (const { name, assertionResults } of report?.testResults ?? []) {
    if (assertionResults.some(({ status }) => !['passed', 'failed'].includes(status))) console.log(name);
  }
} else if (report === undefined || report.numTotalTests === 0) {
  console.log('0 1');
} else {
  console.log(`${report.numPassedTests} ${report.numFailedTests + report.numRuntimeErrorTestSuites}`);
}
