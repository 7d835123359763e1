import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ERRORS } from '../../src/errors.js';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

describe('docs/errors.md', () => {
  it('has a section for every error, in the order of the table, and for nothing else', () => {
    expect([...sections.keys()]).toEqual(Object.keys(ERRORS));
  });

  it.each(Object.entries(ERRORS))(
    'tells of %s when it happens, its status, its exit code and what to do',
    (code, row) => {
      const section = sections.get(code);
      expect(section).toContain(`Status ${row.status}`);
      expect(section).toContain(`exit code ${row.exitCode}.`);
      expect(section).toContain('**When:**');
      expect(section).toContain('**What to do:**');
      if (row.waitHelps) expect(section).toContain('Waiting helps.');
      else expect(section).not.toContain('Waiting helps.');
    },
  );
});
