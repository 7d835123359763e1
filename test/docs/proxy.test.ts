import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { PROXY_OPTIONS } from '../../src/config/proxy-options.js';

const page = readFileSync(new URL('../../docs/proxy.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('|'));

it.each(PROXY_OPTIONS.map((option) => [option.path, option] as const))(
  'docs/proxy.md has a row for %s, with its flag, its variable and its default',
  (_path, { flag, variable, defaultText }) => {
    const row = rows.find((line) => line.includes(`\`${variable ?? ''}\``)) ?? '';
    if (flag !== undefined) expect(row).toContain(`| \`${flag}\` |`);
    if (defaultText !== undefined) expect(row.replaceAll('`', '')).toContain(` ${defaultText} |`);
    expect(row).not.toBe('');
  },
);
