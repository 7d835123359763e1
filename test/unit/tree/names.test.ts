import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDesktopName, nameKey, SAFE_NAMING, safeSegment, uniqueNames } from '../../../src/tree/names.js';
import { comparedNames } from '../../support/compared-names.js';

describe('safeSegment', () => {
  it.each([
    ['a plain name', 'IMG_0001.JPG', 'IMG_0001.JPG'],
    ['a slash', 'a/b.jpg', 'a／b.jpg'],
    ['everything Windows forbids', '\\:*?"<>|', '＼：＊？＂＜＞｜'],
    ['a fragment sign', '#1.jpg', '＃1.jpg'],
    ['a percent escape as it is', 'a%20b.jpg', 'a%20b.jpg'],
    ['control characters', 'a\u0000b\nc\u007fd', 'a_b_c_d'],
    ['a bidi control', 'a\u202egpj.exe', 'a_gpj.exe'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a decomposed accent', 'Cafe\u0301', 'Café'],
    ['a trailing dot', 'Rome.', 'Rome．'],
    ['trailing spaces', 'Rome  ', 'Rome__'],
    ['a single dot', '.', '．'],
    ['two dots', '..', '．．'],
    ['a leading dot', '.hidden.jpg', '.hidden.jpg'],
    ['an AppleDouble name', '._a.jpg', '．_a.jpg'],
    ['a name desktops look for', 'Desktop.ini', 'Desktop.ini_'],
    ['a device name', 'con', 'con_'],
    ['a device name with an extension', 'COM1.jpg', 'COM1_.jpg'],
    ['a name that only begins like a device', 'console.jpg', 'console.jpg'],
    ['nothing', '', 'Untitled'],
    ['an emoji', '🏔️ Alps', '🏔️ Alps'],
  ])('takes %s', (_, title, expected) => {
    expect(safeSegment(title)).toBe(expected);
  });

  it('cuts before the extension, between characters, at 230 bytes', () => {
    expect(safeSegment(`${'é'.repeat(300)}.jpeg`)).toBe(`${'é'.repeat(112)}.jpeg`);
    expect(safeSegment('👨‍👩‍👧'.repeat(30))).toBe('👨‍👩‍👧'.repeat(12));
  });

  it('cuts within a character that is longer than a name may be', () => {
    const name = safeSegment(`e${'\u0301'.repeat(300)}.jpg`);
    expect(name).toMatch(/^é\u0301+\.jpg$/);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(230);
  });

  it('gives a name every client takes, whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        const name = safeSegment(title);
        expect(Buffer.byteLength(name)).toBeGreaterThan(0);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(230);
        expect(name).toBe(name.normalize('NFC'));
        expect(name).not.toMatch(/[/\\:*?"<>|#\p{Cc}]|[. ]$/u);
        expect(isDesktopName(name)).toBe(false);
        expect(safeSegment(name)).toBe(name);
      }),
    );
  });
});

/** Names that some members of a clash would get. */
const TAGGED = ['1', '2', '3'].flatMap((id) => [0, 1].map((attempt) => SAFE_NAMING.tagged('a.jpg', id, attempt)));

/** Tags that clash among themselves, and with plain names, in the first rounds. */
const clashingTags = (name: string, id: string, attempt: number): string =>
  ['b', `${name}~`, `${name}${id.length}`][attempt] ?? SAFE_NAMING.tagged(name, id, attempt);

describe('uniqueNames', () => {
  const names = (members: readonly { id: string; filename: string }[], taken?: ReadonlySet<string>): string[] =>
    uniqueNames(members, ({ filename }) => filename, SAFE_NAMING, taken);

  it('leaves lone names alone', () => {
    expect(names([{ id: '1', filename: 'a.jpg' }, { id: '2', filename: 'b.jpg' }])).toEqual(['a.jpg', 'b.jpg']); // prettier-ignore
  });

  it('tags every member of a clash, before the extension', () => {
    const clash = names([{ id: '1', filename: 'a.jpg' }, { id: '2', filename: 'A.JPG' }]); // prettier-ignore
    expect(clash[0]).toMatch(/^a~[a-z2-7]{4}\.jpg$/);
    expect(clash[1]).toMatch(/^A~[a-z2-7]{4}\.JPG$/);
  });

  it('takes an accent written in two ways for one name', () => {
    expect(names([{ id: '1', filename: 'é' }, { id: '2', filename: 'e\u0301' }]).every((name) => name.includes('~'))).toBe(true); // prettier-ignore
  });

  it('tags a name that a folder beside it has', () => {
    expect(names([{ id: '1', filename: 'Rome' }], new Set(['rome']))[0]).toMatch(/^Rome~[a-z2-7]{4}$/);
  });

  it('lengthens a tag that a lone name has already', () => {
    const [tagged = ''] = names([{ id: '1', filename: 'a.jpg' }, { id: '2', filename: 'a.jpg' }]); // prettier-ignore
    const again = names([{ id: '1', filename: 'a.jpg' }, { id: '2', filename: 'a.jpg' }, { id: '3', filename: tagged }]); // prettier-ignore
    expect(again[2]).toBe(tagged);
    expect(again[0]).toMatch(/^a~[a-z2-7]{5}\.jpg$/);
  });

  it('keeps a long name with its tag within 230 bytes', () => {
    const long = `${'x'.repeat(300)}.jpg`;
    for (const name of names([{ id: '1', filename: long }, { id: '2', filename: long }])) expect(name).toHaveLength(230); // prettier-ignore
  });

  it('gives what comparing every name with every other gives', () => {
    const title = fc.oneof(
      fc.constantFrom(
        'a.jpg',
        'A.JPG',
        'b',
        'é',
        'e\u0301',
        'É',
        'ß',
        'SS',
        'ǅ',
        '',
        '.',
        'con',
        'a:b.jpg',
        'a：b.jpg',
      ),
      fc.constantFrom(...TAGGED),
      fc.constant(`${'x'.repeat(300)}.jpg`),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const member = fc.record({ id: fc.oneof(fc.constantFrom('1', '2', '3'), fc.uuid()), filename: title });
    const taken = fc.uniqueArray(fc.constantFrom('a.jpg', 'b', 'é', 'untitled', ...TAGGED.map(nameKey)));
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ({ id }) => id, maxLength: 60 }), taken, (members, keys) => {
        for (const naming of [SAFE_NAMING, { ...SAFE_NAMING, tagged: clashingTags }]) {
          const expected = comparedNames(members, naming, new Set(keys));
          expect(uniqueNames(members, ({ filename }) => filename, naming, new Set(keys))).toEqual(expected);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is unique without case and independent of the order', () => {
    const member = fc.record({
      id: fc.uuid(),
      filename: fc.constantFrom('a.jpg', 'A.jpg', 'b', 'é', 'e\u0301', 'a~b.jpg'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ({ id }) => id, maxLength: 40 }), (members) => {
        const forward = names(members);
        expect(new Set(forward.map(nameKey)).size).toBe(members.length);
        expect(names(members.toReversed()).toReversed()).toEqual(forward);
      }),
    );
  });
});
