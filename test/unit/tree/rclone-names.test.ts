import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodePath, parsePath } from '../../../src/http/path.js';
import { isDesktopName, uniqueNames } from '../../../src/tree/names.js';
import { RCLONE_ALBUM_NAMING, RCLONE_ITEM_NAMING } from '../../../src/tree/rclone-names.js';

/** Any text, with what hurts more often than chance would have it. */
const title = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '/',
      '\\',
      '.',
      ' ',
      '\0',
      '\n',
      '\u007f',
      '\u0085',
      '\ud800',
      '\u0301',
      '\ufffe',
      '{',
      '}',
      'é',
      '._',
    ),
    fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
  ),
  maxLength: 40,
});

describe.each([
  ['items', RCLONE_ITEM_NAMING],
  ['albums', RCLONE_ALBUM_NAMING],
])("rclone's names of %s", (_, naming) => {
  const isPublishable = (name: string): boolean =>
    name !== '' &&
    name === name.normalize('NFC') &&
    name.isWellFormed() &&
    !isDesktopName(name) &&
    parsePath(encodePath([name])).segments[0] === name;

  it('can be published and found again, whatever the title and the id', () => {
    fc.assert(
      fc.property(title, fc.string({ minLength: 1 }), fc.nat({ max: 3 }), (text, id, attempt) => {
        const name = naming.segment(text, id);
        expect(isPublishable(name)).toBe(true);
        expect(isPublishable(naming.tagged(name, id, attempt))).toBe(true);
      }),
    );
  });

  it('are unique, and the same in any order', () => {
    fc.assert(
      fc.property(fc.array(title, { maxLength: 8 }), (titles) => {
        const members = titles.map((text, i) => ({ id: `id-${i}`, text }));
        const namesOf = (some: typeof members): readonly (readonly [string, string])[] => {
          const names = uniqueNames(some, ({ text }) => text, naming);
          return some.map(({ id }, i) => [id, names[i] ?? ''] as const);
        };
        const names = namesOf(members);
        expect(new Set(names.map(([, name]) => naming.key(name))).size).toBe(titles.length);
        expect(new Map(namesOf(members.toReversed()))).toEqual(new Map(names));
      }),
    );
  });
});
