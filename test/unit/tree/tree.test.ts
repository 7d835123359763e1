import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MediaResource } from '../../../src/tree/resource.js';
import { Tree, type Root } from '../../../src/tree/tree.js';
import { MemorySource, photo } from '../../support/memory-source.js';
import { mountOf, namesAt } from '../../support/planted.js';

describe('the tree', () => {
  let source: MemorySource;
  const plant = (root: Root = 'root'): Tree => new Tree([mountOf(source, { root })]);

  beforeEach(() => {
    source = new MemorySource();
    const [rome, oslo, scan, old] = [
      photo('rome', 'IMG_1.jpg', '2024-07-14T23:59:59.900Z'),
      photo('oslo', 'IMG_2.jpg', '2023-01-01T00:00:00Z'),
      photo('scan', 'Café.jpg', '1968-05-03T10:00:00Z'),
      photo('old', 'IMG_1.jpg', '2023-01-31T12:00:00Z'),
    ] as const;
    source.items = [rome, oslo, scan, old];
    source.favorites = [oslo];
    source.albums = [
      { id: 'a1', title: 'Trips/2024/Rome', items: [rome] },
      { id: 'a2', title: 'Trips', items: [oslo, { ...scan, id: 'clash', filename: '2024' }] },
      { id: 'a3', title: 'Family', items: [scan] },
      { id: 'a4', title: 'family', items: [old] },
      { id: 'a5', title: '', items: [old] },
      { id: 'a6', title: 'Empty', items: [] },
    ];
  });

  it('shows a folder for each view that has members', async () => {
    expect(await namesAt(plant(), '')).toEqual(['Albums', 'All', 'By year', 'By month', 'By day', 'Favorites']);
    source.favorites = [];
    expect(await namesAt(plant(), '')).not.toContain('Favorites');
  });

  it('asks for no more than one member of each view to show them', async () => {
    await plant().members([]);
    expect(source.calls.sort()).toEqual(['albums 0+1', 'all 0+1', 'favorites 0+1']);
  });

  it('nests albums by the slashes in their titles, tells twins apart, leaves empty ones out', async () => {
    const tree = plant();
    const albums = await namesAt(tree, 'Albums');
    expect(albums).toContain('Trips');
    expect(albums).toContain('Untitled');
    expect(albums).not.toContain('Empty');
    expect(albums?.filter((name) => /^[Ff]amily~[a-z2-7]{4}$/.test(name))).toHaveLength(2);
    expect(await namesAt(tree, 'Albums/Trips/2024/Rome')).toEqual(['IMG_1.jpg']);
  });

  it('shows folders and items of an album side by side, under different names', async () => {
    expect(await namesAt(plant(), 'Albums/Trips')).toEqual(['2024', 'IMG_2.jpg', expect.stringMatching(/^2024~.{4}$/)]);
  });

  it('shows dates that have an item, before 1970 too', async () => {
    const tree = plant();
    expect(await namesAt(tree, 'By year')).toEqual(['1968', '2023', '2024']);
    expect(await namesAt(tree, 'By month')).toEqual(['1968-05', '2023-01', '2024-07']);
    expect(await namesAt(tree, 'By day')).toEqual(['1968-05-03', '2023-01-01', '2023-01-31', '2024-07-14']);
    expect(await namesAt(tree, 'By month/2023-01')).toEqual(['IMG_1.jpg', 'IMG_2.jpg']);
    expect(await namesAt(tree, 'By month/2022-01')).toBeUndefined();
  });

  it('gives both twins a tag in All, and neither where it is alone', async () => {
    const tree = plant();
    expect((await namesAt(tree, 'All'))?.filter((name) => /^IMG_1~.{4}\.jpg$/.test(name))).toHaveLength(2);
    expect(await namesAt(tree, 'By day/2024-07-14')).toEqual(['IMG_1.jpg']);
  });

  it('finds a name however its accents are written', async () => {
    const tree = plant();
    expect(await tree.resolve(['All', 'Cafe\u0301.jpg'])).toMatchObject({ kind: 'media', name: 'Café.jpg' });
  });

  it.each([['nowhere'], ['All/none.jpg'], ['All/IMG_2.jpg/below'], ['Albums/None'], ['Albums/Trips/none']])(
    'has nothing at %s',
    async (path) => {
      expect(await plant().resolve(path.split('/'))).toBeUndefined();
    },
  );

  it('shows no date before 1970 and no fraction of a second', async () => {
    const tree = plant();
    expect(await tree.resolve(['All', 'Café.jpg'])).toMatchObject({ modifiedAt: new Date(1_000) });
    expect(await tree.resolve(['By day', '2024-07-14', 'IMG_1.jpg'])).toMatchObject({ modifiedAt: new Date('2024-07-14T23:59:59Z') }); // prettier-ignore
    expect(await tree.resolve(['By year', '2023'])).toMatchObject({ modifiedAt: new Date('2023-01-31T12:00:00Z') });
  });

  it.each<[Root, string[]]>([
    ['all', ['IMG_2.jpg', 'Café.jpg']],
    ['albums', ['Trips', 'Untitled']],
    [{ albumId: 'a3' }, ['Café.jpg']],
  ])('can have %j at its root', async (root, expected) => {
    expect(await namesAt(plant(root), '')).toEqual(expect.arrayContaining(expected));
  });

  it.each<[Root]>([['root'], ['all'], ['albums'], [{ albumId: 'a6' }]])(
    'tells why it is empty in a README.txt at the root of %j',
    async (root) => {
      source.items = source.favorites = [];
      source.albums = [];
      const tree = plant(root);
      expect(await namesAt(tree, '')).toEqual(['README.txt']);
      const file = await tree.resolve(['README.txt']);
      expect(file?.kind === 'static' && file.content.toString()).toContain(source.emptyReason);
    },
  );

  it('has no README.txt where there is something to see', async () => {
    expect(await plant().resolve(['README.txt'])).toBeUndefined();
  });

  it('gives a strong ETag that follows id, version and size, and no guess before the size is known', async () => {
    const tree = plant();
    const resource = (await tree.resolve(['All', 'IMG_2.jpg'])) as MediaResource;
    expect(tree.known(resource)).toBeUndefined();
    const first = await tree.represent(resource);
    expect(first.etag).toMatch(/^"[\w-]{22}-[0-9a-z]+"$/);
    expect(tree.known(resource)).toEqual(first);
    expect(tree.learned(resource, first.size + 1).etag).not.toBe(first.etag);
    expect(await plant().represent(resource)).toEqual(first);
    const edited = { ...resource, item: { ...source.favorites[0]!, version: '2' } };
    expect((await plant().represent(edited)).etag).not.toBe(first.etag);
  });

  it('learns the sizes of a listing and says whose they are', async () => {
    const tree = plant();
    const members = [...(await tree.members(['All']))!] as MediaResource[];
    const learned: MediaResource[] = [];
    for await (const batch of tree.learnSizes(members)) learned.push(...batch);
    expect(new Set(learned)).toEqual(new Set(members));
    expect(members.every((member) => tree.known(member))).toBe(true);
  });
});
