/**
 * Reads a report of `jest --json`, or of `pytest --junitxml`.
 *
 *   node .ci/count-results.mjs report.json             prints "PASSED FAILED"; a suite that cannot run is one failure
 *   node .ci/count-results.mjs report.xml              the same; a test that was skipped is a failure, too
 *   node .ci/count-results.mjs --skipped report.json   prints the path of every suite with a skipped test, a line each
 */
import { existsSync, readFileSync } from 'node:fs';

const wantsSkipped = process.argv[2] === '--skipped';
const path = process.argv[wantsSkipped ? 3 : 2];
const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
const report = path.endsWith('.xml') ? fromJUnit(text) : text && JSON.parse(text);

if (wantsSkipped) {
  for (const { name, assertionResults } of report?.testResults ?? []) {
    if (assertionResults.some(({ status }) => !['passed', 'failed'].includes(status))) console.log(name);
  }
} else if (report === undefined || report.numTotalTests === 0) {
  console.log('0 1');
} else {
  console.log(`${report.numPassedTests} ${report.numFailedTests + report.numRuntimeErrorTestSuites}`);
}

/** The sums of the one suite that pytest writes, under the names of jest. */
function fromJUnit(xml = '') {
  const [suite] = /<testsuite\b[^>]*>/.exec(xml) ?? [];
  if (suite === undefined) return undefined;
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1]);
  const numTotalTests = count('tests');
  const numFailedTests = count('failures') + count('skipped');
  const numRuntimeErrorTestSuites = count('errors');
  const numPassedTests = numTotalTests - numFailedTests - numRuntimeErrorTestSuites;
  return { numTotalTests, numPassedTests, numFailedTests, numRuntimeErrorTestSuites };
}
