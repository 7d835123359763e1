import { beforeEach, describe, expect, it } from '@jest/globals';
import { Tree, type MountedCatalog } from '../../../src/tree/tree.js';
import { MemorySource, photo } from '../../support/memory-source.js';
import { filesBelow, mountOf, namesAt } from '../../support/planted.js';

/** As long as Google's. */
const idOf = (name: string): string => `${name}-${'x'.repeat(60)}`;

describe('layouts', () => {
  let source: MemorySource;
  const plant = (options: Partial<MountedCatalog>): Tree => new Tree([mountOf(source, options)]);

  beforeEach(() => {
    source = new MemorySource();
    const rome = photo(idOf('rome'), 'IMG_1.jpg', '2024-07-14T10:00:00Z');
    const oslo = photo(idOf('oslo'), 'IMG_2.jpg', '2023-01-31T10:00:00Z');
    const scan = photo(idOf('scan'), 'IMG_1.jpg', '1968-05-03T10:00:00Z');
    source.items = [rome, oslo, scan];
    source.favorites = [oslo];
    source.albums = [
      { id: idOf('trip'), title: 'Trips/Rome', items: [rome] },
      { id: idOf('empty'), title: 'Empty', items: [] },
    ];
  });

  it('photodav: albums nest, dates are folders, twins get a short tag', async () => {
    expect(await filesBelow(plant({ layout: 'photodav' }))).toEqual([
      'Albums/Trips/Rome/IMG_1.jpg',
      expect.stringMatching(/^All\/IMG_1~....\.jpg$/),
      expect.stringMatching(/^All\/IMG_1~....\.jpg$/),
      'All/IMG_2.jpg',
      'By day/1968-05-03/IMG_1.jpg',
      'By day/2023-01-31/IMG_2.jpg',
      'By day/2024-07-14/IMG_1.jpg',
      'By month/1968-05/IMG_1.jpg',
      'By month/2023-01/IMG_2.jpg',
      'By month/2024-07/IMG_1.jpg',
      'By year/1968/IMG_1.jpg',
      'By year/2023/IMG_2.jpg',
      'By year/2024/IMG_1.jpg',
      'Favorites/IMG_2.jpg',
    ]);
  });

  it("rclone: the paths of rclone's own backend, dates from 2000", async () => {
    expect(await filesBelow(plant({ layout: 'rclone' }))).toEqual([
      'album/Trips/Rome/IMG_1.jpg',
      'feature/favorites/IMG_2.jpg',
      `media/all/IMG_1 {${idOf('rome')}}.jpg`,
      `media/all/IMG_1 {${idOf('scan')}}.jpg`,
      'media/all/IMG_2.jpg',
      'media/by-day/2023/2023-01-31/IMG_2.jpg',
      'media/by-day/2024/2024-07-14/IMG_1.jpg',
      'media/by-month/2023/2023-01/IMG_2.jpg',
      'media/by-month/2024/2024-07/IMG_1.jpg',
      'media/by-year/2023/IMG_2.jpg',
      'media/by-year/2024/IMG_1.jpg',
    ]);
  });

  it('alist: all media and flat albums', async () => {
    expect(await filesBelow(plant({ layout: 'alist' }))).toEqual([
      expect.stringMatching(/^全部媒体\/IMG_1~....\.jpg$/),
      expect.stringMatching(/^全部媒体\/IMG_1~....\.jpg$/),
      '全部媒体/IMG_2.jpg',
      '全部影集/Trips／Rome/IMG_1.jpg',
    ].sort()); // prettier-ignore
  });

  it.each([['photodav'], ['rclone'], ['alist']] as const)('%s: tells why it is empty', async (layout) => {
    source.items = source.favorites = [];
    source.albums = [];
    expect(await filesBelow(plant({ layout }))).toEqual(['README.txt']);
  });

  it('rclone: leaves out the steps to views without members', async () => {
    source.favorites = [];
    expect(await namesAt(plant({ layout: 'rclone' }), '')).toEqual(['media', 'album']);
    expect(await namesAt(plant({ layout: 'rclone' }), 'feature')).toBeUndefined();
  });

  describe('startYear', () => {
    it.each([
      ['photodav', undefined, 'By year', ['1968', '2023', '2024']],
      ['photodav', 2023, 'By month', ['2023-01', '2024-07']],
      ['photodav', 2024, 'By day', ['2024-07-14']],
      ['rclone', undefined, 'media/by-year', ['2023', '2024']],
      ['rclone', 1900, 'media/by-day', ['1968', '2023', '2024']],
    ] as const)('%s from %s: %s', async (layout, startYear, path, expected) => {
      const tree = plant({ layout, ...(startYear === undefined ? {} : { startYear }) });
      expect(await namesAt(tree, path)).toEqual(expected);
    });

    it('leaves every other view alone', async () => {
      const tree = plant({ startYear: 2024 });
      expect(await namesAt(tree, 'All')).toHaveLength(3);
      expect(await namesAt(tree, 'By year/1968')).toBeUndefined();
    });
  });

  describe('rclone names', () => {
    const albumsOf = async (...titles: string[]): Promise<string[]> => {
      source.albums = titles.map((title, i) => ({ id: idOf(`a${i}`), title, items: [photo('p')] }));
      return (await filesBelow(plant({ layout: 'rclone' }), ['album'])).map((path) => path.slice(6, -6));
    };
    const itemsOf = async (...filenames: string[]): Promise<string[]> => {
      source.items = filenames.map((filename, i) => photo(idOf(`p${i}`), filename));
      return (await filesBelow(plant({ layout: 'rclone' }), ['media', 'all'])).map((path) => path.slice(10));
    };

    it.each([
      ['slashes nest, empty steps do not count', ['/Trips//Rome/'], ['Trips/Rome']],
      ['twins have their ids', ['A', 'A'], [`A {${idOf('a0')}}`, `A {${idOf('a1')}}`]],
      ['twins in a folder', ['T/A', 'T/A'], [`T/A {${idOf('a0')}}`, `T/A {${idOf('a1')}}`]],
      [
        'an id comes last, for a title has no extension',
        ['1.5', '1.5'],
        [`1.5 {${idOf('a0')}}`, `1.5 {${idOf('a1')}}`],
      ],
      ['untitled', [''], [`{${idOf('a0')}}`]],
      ['nothing but slashes', ['//'], [`{${idOf('a0')}}`]],
      ['case tells apart', ['a', 'A'], ['A', 'a']],
      ['what Windows forbids stays', ['a:b*c?"<>|#. '], ['a:b*c?"<>|#. ']],
      ['dots', ['../.'], ['．．/．']],
      ['a line break', ['a\nb'], ['a␊b']],
    ])('albums: %s', async (_, titles, expected) => {
      expect(await albumsOf(...titles)).toEqual(expected);
    });

    it('an empty album keeps its name from others, and is not shown', async () => {
      source.albums = [
        { id: idOf('a'), title: 'A', items: [photo('p')] },
        { id: idOf('b'), title: 'A', items: [] },
        { id: idOf('c'), title: 'B/C', items: [] },
      ];
      expect(await namesAt(plant({ layout: 'rclone' }), 'album')).toEqual([`A {${idOf('a')}}`]);
    });

    it.each([
      ['a slash', ['a/b.jpg'], ['a／b.jpg']],
      ['a backslash, which no path may hold', ['a\\b.jpg'], ['a＼b.jpg']],
      ['no name', [''], [`{${idOf('p0')}}`]],
      ['twins', ['a.b.jpg', 'a.b.jpg'], [`a.b {${idOf('p0')}}.jpg`, `a.b {${idOf('p1')}}.jpg`]],
      ['twins without a stem', ['.jpg', '.jpg'], [`{${idOf('p0')}}.jpg`, `{${idOf('p1')}}.jpg`]],
      ['case tells apart', ['a.jpg', 'A.JPG'], ['A.JPG', 'a.jpg']],
      ['a device of Windows', ['CON.jpg'], ['CON.jpg']],
      ['a name that desktops look for', ['Thumbs.db'], ['Thumbs.db_']],
      ['a lone surrogate', ['a\ud800.jpg'], ['a\ufffd.jpg']],
      ['forms of one accent', ['Cafe\u0301.jpg', 'Café.jpg'], [`Café {${idOf('p0')}}.jpg`, `Café {${idOf('p1')}}.jpg`]],
      ['a name that a twin has', ['a.jpg', 'a.jpg', `a {${idOf('p0')}}.jpg`],
        [`a {${idOf('p0')}} {${idOf('p0')}}.jpg`, `a {${idOf('p0')}}.jpg`, `a {${idOf('p1')}}.jpg`]],
    ])('items: %s', async (_, filenames, expected) => {
      expect(await itemsOf(...filenames)).toEqual(expected);
    }); // prettier-ignore

    it('are cut at 255 bytes, between characters, the id and extension kept', async () => {
      const long = `${'é'.repeat(300)}.jpg`;
      for (const name of await itemsOf(long, long, 'é'.repeat(200))) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      }
      expect((await itemsOf(long, long))[0]).toMatch(new RegExp(`^é+ \\{${idOf('p0')}\\}`));
    });

    it('items beside a folder of their name are tagged', async () => {
      source.albums = [
        { id: idOf('a'), title: 'Trips', items: [photo(idOf('p'), 'Rome')] },
        { id: idOf('b'), title: 'Trips/Rome', items: [photo('q')] },
      ];
      expect(await namesAt(plant({ layout: 'rclone' }), 'album/Trips')).toEqual(['Rome', `Rome {${idOf('p')}}`]);
    });
  });
});
