import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { MemberNames as Names } from '../../../src/tree/member-names.js';
import { comparedNames } from '../../support/compared-names.js';

// Hashes that are the same for most names: what is found by them must be looked at.
jest.unstable_mockModule('../../../src/catalog/items/keyed-hash.js', () => ({
  keyedHash: (text: string): number => (text.length % 2 ? 0xffffffff : 0),
}));
const { MemberNames } = await import('../../../src/tree/member-names.js');
const { SAFE_NAMING } = await import('../../../src/tree/names.js');
const { atOnce } = await import('../../../src/tree/slices.js');

interface Member {
  readonly id: string;
  readonly filename: string;
}

const named = (members: readonly Member[], taken: ReadonlySet<string>): Names =>
  atOnce(
    MemberNames.of(
      {
        length: members.length,
        titleAt: (position) => members[position]!.filename,
        idAt: (position) => members[position]!.id,
      },
      SAFE_NAMING,
      taken,
    ),
  );

describe('names of members whose hashes are the same', () => {
  const member = fc.record({
    id: fc.uuid(),
    filename: fc.constantFrom(
      'a.jpg',
      'A.jpg',
      'b.jpg',
      'c.jpg',
      'a:b',
      'é',
      'e\u0301',
      '',
      '写真.jpg',
      'dd.jpg',
      'Dd.jpg',
    ),
  });

  it('are those that comparing every name with every other gives, and each leads to its member', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(member, { selector: ({ id }) => id, maxLength: 40 }),
        fc.subarray(['a.jpg', 'é', 'nobody', 'dd.jpg']),
        (members, keys) => {
          const names = named(members, new Set(keys));
          const expected = comparedNames(members, SAFE_NAMING, new Set(keys));
          expect(members.map((_, position) => names.nameAt(position))).toEqual(expected);
          expect(expected.map((name) => names.find(name))).toEqual([...members.keys()]);
          expect(names.find('nobody')).toBeUndefined();
          expect(names.find('A.JPG')).toBeUndefined();
        },
      ),
    );
  });

  it('let others run while there are many', () => {
    const members = { length: 5_000, titleAt: (position: number) => `${position}.jpg`, idAt: String };
    expect([...MemberNames.of(members, SAFE_NAMING, new Set())].length).toBeGreaterThan(4);
  });
});
