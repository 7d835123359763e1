// Writes config.example.json and the table of options in docs/configuration.md. Run by `npm run docs`, after a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { exampleConfig, optionsTable } = await import('../dist/config/reference.js');

writeFileSync(join(root, 'config.example.json'), exampleConfig());

const page = join(root, 'docs', 'configuration.md');
const between = /(?<=<!-- options: begin -->\n)[^]*(?=<!-- options: end -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(between, () => `\n${optionsTable()}\n`),
);
