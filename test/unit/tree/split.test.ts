import { beforeEach, describe, expect, it } from '@jest/globals';
import { Tree, type MountedCatalog } from '../../../src/tree/tree.js';
import { MemorySource, photo } from '../../support/memory-source.js';
import { filesBelow, mountOf, namesAt } from '../../support/planted.js';

describe('splitAt', () => {
  let source: MemorySource;
  const plant = (options: Partial<MountedCatalog> = {}): Tree =>
    new Tree([mountOf(source, { splitAt: 3, ...options })]);

  beforeEach(() => {
    source = new MemorySource();
    source.items = [
      photo('a', 'IMG.jpg', '2024-07-31T23:30:00Z'),
      photo('b', 'IMG.jpg', '2024-07-02T00:00:00Z'),
      photo('c', 'c.jpg', '2023-01-01T00:00:00Z'),
      photo('undated', 'd.jpg', '1970-01-01T00:00:00Z'),
    ];
  });

  it.each([
    ['photodav', 'All'],
    ['rclone', 'media/all'],
    ['alist', '全部媒体'],
  ] as const)('%s: shows months where there are more items than that', async (layout, path) => {
    const tree = plant({ layout });
    expect(await namesAt(tree, path)).toEqual(['1970-01', '2023-01', '2024-07']);
    expect(await namesAt(tree, `${path}/2024-07`)).toHaveLength(2);
    expect(await filesBelow(tree, path.split('/'))).toHaveLength(4);
    expect(await tree.resolve([...path.split('/'), 'c.jpg'])).toBeUndefined();
    expect(await tree.resolve([...path.split('/'), '2024-08'])).toBeUndefined();
  });

  it('leaves as many as that, and all if it is 0, side by side', async () => {
    for (const splitAt of [4, 0]) expect(await namesAt(plant({ splitAt }), 'All')).toContain('c.jpg');
  });

  it('leaves the folders of dates alone', async () => {
    source.items = source.items.map((item) => ({ ...item, createdAtMs: Date.UTC(2024, 6, 14) }));
    expect(await namesAt(plant(), 'By year/2024')).toContain('c.jpg');
  });

  it('takes the months of the time zone', async () => {
    expect(await namesAt(plant({ timeZone: 'Asia/Tokyo' }), 'All')).toEqual([
      '1970-01',
      '2023-01',
      '2024-07',
      '2024-08',
    ]);
  });

  it('does not lose what is older than the start year', async () => {
    expect(await filesBelow(plant({ startYear: 2024 }), ['All'])).toHaveLength(4);
  });

  it.each([
    ['Favorites', 'root'],
    ['', 'all'],
    ['', { albumId: 'a' }],
  ] as const)('splits %j of root %j', async (path, root) => {
    source.favorites = source.items;
    source.albums = [{ id: 'a', title: 'A', items: source.items }];
    expect(await namesAt(plant({ root }), path)).toEqual(['1970-01', '2023-01', '2024-07']);
  });

  it('splits an album beside the albums nested in it, even if one is called like a month', async () => {
    source.albums = [
      { id: 'a', title: 'A', items: source.items },
      { id: 'b', title: 'A/2024-07', items: [photo('x')] },
      { id: 'c', title: 'A/B', items: [photo('y')] },
    ];
    const tree = plant();
    expect(await namesAt(tree, 'Albums/A')).toEqual(['2024-07', 'B', '1970-01', '2023-01', expect.stringMatching(/^2024-07~.{4}$/)]); // prettier-ignore
    expect(await namesAt(tree, 'Albums/A/2024-07')).toEqual(['x.jpg']);
    expect(await filesBelow(tree, ['Albums'])).toHaveLength(6);
  });
});
