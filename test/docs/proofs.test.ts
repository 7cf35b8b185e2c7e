import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../tidy/project.js';
import { holdsProof, parseProof, TestReports } from './proofs.js';
import { searchFeatures } from './search-features.js';

describe('the proofs of docs/compatibility.md', () => {
  const proofs = [...new Set(searchFeatures.flatMap((feature) => feature.proofs))];

  test('are tests that are there', () => {
    const missing = proofs.filter((text) => {
      const proof = parseProof(text);
      return !holdsProof(readFileSync(join(repository, proof.path), 'utf8'), proof);
    });
    expect(missing).toEqual([]);
  });

  test('prove features that are told once', () => {
    const names = searchFeatures.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('reports of test runs', () => {
  const jest = (status: string): string =>
    JSON.stringify({
      testResults: [{ name: '/tmp/x/test/dist/clients/a.test.js', assertionResults: [{ title: 'one', status }] }],
    });
  const jUnit = `<testsuites><testsuite><testcase classname="test_a" name="test_one[resp2]" time="1" />
    <testcase classname="test_a" name="test_one[resp3]" time="1"></testcase>
    <testcase classname="test_a" name="test_two[x]" time="1"><failure message="no">E</failure></testcase>
    <testcase classname="test_a" name="test_two[y]" time="1" />
    <testcase classname="redis-py-7.test_b" name="test_three" time="1" /></testsuite></testsuites>`;

  test('tell of jest whether a test passed', () => {
    const reports = new TestReports();
    const proof = parseProof('clients/a.test.ts: one');
    expect(reports.hasPassed(proof)).toBe(false);
    reports.addJest(jest('passed'));
    expect(reports.hasPassed(proof)).toBe(true);
    reports.addJest(jest('failed'));
    expect(reports.hasPassed(proof)).toBe(false);
  });

  test('tell of pytest whether a test passed with all its parameters', () => {
    const reports = new TestReports();
    reports.addJUnit(jUnit);
    expect(reports.hasPassed(parseProof('python/test_a.py: test_one'))).toBe(true);
    expect(reports.hasPassed(parseProof('python/test_a.py: test_two'))).toBe(false);
    expect(reports.hasPassed(parseProof('python/redis-py-7/test_b.py: test_three'))).toBe(true);
    expect(reports.hasPassed(parseProof('python/test_a.py: test_four'))).toBe(false);
  });
});
