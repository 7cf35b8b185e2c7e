/** `npm run docs`: writes the generated pages. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../tidy/project.js';
import { generatedPages } from './pages.js';

for (const { path, text } of generatedPages()) {
  writeFileSync(join(repository, path), text);
  process.stdout.write(`${path}\n`);
}
