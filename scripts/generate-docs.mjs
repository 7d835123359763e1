// Writes config.example.json, the table of options in docs/configuration.md and the steps in docs/google-cloud.md. Run by
// `npm run docs`, after a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { exampleConfig, optionsTable } = await import('../dist/config/reference.js');
const { guideMarkdown } = await import('../dist/app/guide.js');

writeFileSync(join(root, 'config.example.json'), exampleConfig());

writeBetween('configuration.md', 'options', optionsTable());
writeBetween('google-cloud.md', 'guide', guideMarkdown());

function writeBetween(page, mark, text) {
  const path = join(root, 'docs', page);
  const between = new RegExp(`(?<=<!-- ${mark}: begin -->\\n)[^]*(?=<!-- ${mark}: end -->)`);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(between, () => `\n${text}\n`),
  );
}
