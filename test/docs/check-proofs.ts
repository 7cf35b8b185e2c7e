/**
 * `node test/dist/docs/check-proofs.js FOLDER`: fails unless every test that docs/compatibility.md names has passed, by the
 * reports in the folder (`*.json` of jest, `*.xml` of pytest).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProof, TestReports } from './proofs.js';
import { searchFeatures } from './search-features.js';

const [folder = '.'] = process.argv.slice(2);
const reports = new TestReports();
for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), 'utf8');
  if (file.endsWith('.json')) reports.addJest(text);
  else if (file.endsWith('.xml')) reports.addJUnit(text);
}
const proofs = [...new Set(searchFeatures.flatMap((feature) => feature.proofs))];
const unproved = proofs.filter((proof) => !reports.hasPassed(parseProof(proof)));
for (const proof of unproved) process.stdout.write(`did not pass: ${proof}\n`);
process.stdout.write(`${proofs.length - unproved.length} of ${proofs.length} proofs passed\n`);
process.exitCode = unproved.length === 0 ? 0 : 1;
