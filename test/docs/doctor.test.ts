import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MOUNT_CHECKS, PROGRAM_CHECKS, SIGN_IN_CHECKS } from '../../src/app/doctor/checks.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('docs/doctor.md', () => {
  it('has a row for each check, in the order in which they are told', () => {
    const rows = [...read('docs/doctor.md').matchAll(/^\| `([a-z -]+)` \|/gm)].map(([, name]) => name);
    const names = [...PROGRAM_CHECKS, ...SIGN_IN_CHECKS, ...MOUNT_CHECKS].map(({ name }) => name);
    expect(rows.filter((name) => !['ok', 'warning', 'failure', 'skipped'].includes(name ?? ''))).toEqual(names);
  });

  it('and every page that a check leads to has the heading', () => {
    const folder = new URL('src/app/doctor/', root);
    const text = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const links = [...text.join('\n').matchAll(/'(docs\/[\w-]+\.md)(?:#([\w-]+))?'/g)];
    expect(links.length).toBeGreaterThan(5);
    for (const [, page = '', anchor] of links) {
      expect([page, existsSync(new URL(page, root))]).toEqual([page, true]);
      if (anchor === undefined) continue;
      const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      expect(headings).toContain(anchor);
    }
  });
});

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}
