import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../server/dist/demo/threshold-curve.js', import.meta.url));

test('measures the help desk and writes the page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nearkey-curve-'));
  try {
    const output = join(directory, 'page.md');
    const run = spawnSync(process.execPath, [PROGRAM, '--output', output], { encoding: 'utf8', timeout: 100_000 });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const page = readFileSync(output, 'utf8');
    expect(page).toContain('## Help desk');
    expect(page).toContain('## Traps');
    expect(page).not.toContain('## Banking77');
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);
