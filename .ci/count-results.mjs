/**
 * Reads a report of `jest --json`, or of `pytest --junitxml`.
 *
 *   node .ci/count-results.mjs report.json             prints "PASSED FAILED"; a suite that cannot run is one failure
 *   node .ci/count-results.mjs report.xml              the same; a test that was skipped is a failure, too
 *   node .ci/count-results.mjs --skipped report.json   prints the path of every suite with a skipped test, a line each
 *   node .ci/count-results.mjs --failed report         prints what has failed, a line each
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

const [path, wanted] = process.argv.slice(2).reverse();
const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
const report = path.endsWith('.xml') ? fromJUnit(text) : text && JSON.parse(text);

if (wanted === '--skipped') {
  for (const { name, assertionResults } of report?.testResults ?? []) {
    if (assertionResults.some(({ status }) => !['passed', 'failed'].includes(status))) console.log(name);
  }
} else if (wanted === '--failed') {
  for (const name of failedIn(report)) console.log(name);
} else if (report === undefined || report.numTotalTests === 0) {
  console.log('0 1');
} else {
  console.log(`${report.numPassedTests} ${report.numFailedTests + report.numRuntimeErrorTestSuites}`);
}

/** Names of failed tests, each with its suite; suites that could not run; or that there is no report to read. */
function failedIn(found) {
  if (found === undefined || found.numTotalTests === 0) return [`${basename(path)}: nothing was reported`];
  if (found.failedNames !== undefined) return found.failedNames;
  return found.testResults.flatMap(({ name, status, assertionResults }) => {
    const suite = relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0) return failed.map(({ fullName }) => `${suite}: ${fullName}`);
    return status === 'failed' ? [`${suite}: the suite could not run`] : [];
  });
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
  const failed = xml.matchAll(/<testcase\b([^>]*)(?<!\/)>\s*<(failure|error|skipped)\b/g);
  const failedNames = Array.from(failed, ([, attributes, how]) => {
    const named = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    return `${named('classname')}: ${named('name')} (${how})`;
  });
  return { numTotalTests, numPassedTests, numFailedTests, numRuntimeErrorTestSuites, failedNames };
}
