import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../src/errors.js';
import type { MediaResource } from '../../../src/tree/resource.js';
import { Tree } from '../../../src/tree/tree.js';
import { eventually } from '../../support/eventually.js';
import { MemorySource, photo } from '../../support/memory-source.js';
import { catalogOf, filesBelow, mountOf, namesAt } from '../../support/planted.js';

describe('several mounts', () => {
  let mine: MemorySource;
  let yours: MemorySource;

  beforeEach(() => {
    [mine, yours] = [new MemorySource(), new MemorySource()];
    mine.items = [photo('mine')];
    yours.items = [photo('yours')];
  });

  it('stand at their paths, below folders that hold nothing else', async () => {
    const tree = new Tree([
      mountOf(mine, { path: ['home', 'mine'], root: 'all' }),
      mountOf(yours, { path: ['home', 'yours'], root: 'all' }),
      mountOf(yours, { path: ['work'], layout: 'alist' }),
    ]);
    expect(await filesBelow(tree)).toEqual(['home/mine/mine.jpg', 'home/yours/yours.jpg', 'work/全部媒体/yours.jpg']);
    expect(await tree.resolve(['home', 'nobody'])).toBeUndefined();
    expect(await tree.resolve(['Home'])).toBeUndefined();
  });

  it('ask no catalog anything above their paths', async () => {
    const tree = new Tree([
      mountOf(mine, { path: ['a', 'mine'] }),
      mountOf(yours, { path: ['a', 'yours'], root: 'all' }),
    ]);
    for (const path of ['', 'a']) {
      const members = [...((await tree.members(path.split('/').filter(Boolean))) ?? [])];
      for (const member of members) expect(member).toMatchObject({ kind: 'collection', modifiedAt: undefined });
    }
    expect([...mine.calls, ...yours.calls]).toEqual([]);
  });

  it('fail each for itself', async () => {
    mine.failure = new AppError('SIGN_IN_REQUIRED', 'memory: signed out');
    const tree = new Tree([mountOf(mine, { path: ['mine'] }), mountOf(yours, { path: ['yours'], root: 'all' })]);
    expect(await namesAt(tree, '')).toEqual(['mine', 'yours']);
    expect(await namesAt(tree, 'yours')).toEqual(['yours.jpg']);
    await expect(namesAt(tree, 'mine')).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('tell each for itself why they are empty', async () => {
    mine.items = [];
    const tree = new Tree([mountOf(mine, { path: [] }), mountOf(yours, { path: ['yours'], root: 'all' })]);
    expect(await filesBelow(tree)).toEqual(['README.txt', 'yours/yours.jpg']);
    const both = new Tree([mountOf(mine, { path: ['mine'] }), mountOf(yours, { path: ['yours'], root: 'all' })]);
    expect(await filesBelow(both)).toEqual(['mine/README.txt', 'yours/yours.jpg']);
  });

  it('stand beside the members of one at the root, or within one', async () => {
    const tree = new Tree([
      mountOf(mine, { root: 'all' }),
      mountOf(yours, { path: ['yours'], root: 'all' }),
      mountOf(mine, { path: ['yours', 'again'], root: 'all' }),
    ]);
    expect(await namesAt(tree, '')).toEqual(['yours', 'mine.jpg']);
    expect(await filesBelow(tree)).toEqual(['mine.jpg', 'yours/again/mine.jpg', 'yours/yours.jpg']);
  });

  it('are reached while the one at the root fails', async () => {
    mine.failure = new AppError('SOURCE_UNAVAILABLE', 'memory: away');
    const tree = new Tree([mountOf(mine), mountOf(yours, { path: ['yours'], root: 'all' })]);
    expect(await namesAt(tree, 'yours')).toEqual(['yours.jpg']);
    await expect(namesAt(tree, '')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  it.each([
    ['an item', 'all', 'MINE.jpg', /^mine~[a-z2-7]{4}\.jpg$/],
    ['an album', 'albums', 'trips', /^Trips~[a-z2-7]{4}$/],
    ['a step to albums', 'albums', 'far', /^Far~[a-z2-7]{4}$/],
    ['a view', 'root', 'All', /^All~[a-z2-7]{4}$/],
    ['README.txt', { albumId: 'a9' }, 'readme.TXT', /^README~[a-z2-7]{4}\.txt$/],
  ] as const)('take their name from %s of another, which keeps what it has', async (_, root, name, expected) => {
    mine.albums = [
      { id: 'a1', title: 'Trips', items: [photo('p')] },
      { id: 'a2', title: 'Far/Away', items: [photo('q')] },
      { id: 'a9', title: 'Empty', items: [] },
    ];
    const alone = await filesBelow(new Tree([mountOf(mine, { root })]));
    const tree = new Tree([mountOf(mine, { root }), mountOf(yours, { path: [name], root: 'all' })]);
    const tagged = (await namesAt(tree, ''))?.filter((member) => expected.test(member));
    expect(tagged).toHaveLength(1);
    expect(await namesAt(tree, name)).toEqual(['yours.jpg']);
    expect(await filesBelow(tree)).toHaveLength(alone.length + 1);
  });

  it.each([
    ['photodav', 'all', /^\.photodav~[a-z2-7]{4}$/],
    ['photodav', 'albums', /^\.photodav~[a-z2-7]{4}$/],
    ['rclone', 'albums', /^\.photodav \{a1\}$/],
  ] as const)('leave .photodav at the top to our own pages (layout %s, root %s)', async (layout, root, expected) => {
    mine.items = [photo('x', '.photodav')];
    mine.albums = [{ id: 'a1', title: '.photodav', items: [photo('p')] }];
    const at = (path: readonly string[]) => new Tree([mountOf(mine, { path, layout, root })]);
    expect(await namesAt(at([]), '')).toEqual([expect.stringMatching(expected)]);
    expect(await namesAt(at(['below']), 'below')).toEqual(['.photodav']);
  });

  it('share a catalog under two layouts', async () => {
    const catalog = catalogOf(mine);
    mine.items = [photo('a', 'same.jpg'), photo('b', 'same.jpg')];
    const tree = new Tree([
      mountOf(mine, { path: ['p'], catalog, root: 'all' }),
      mountOf(mine, { path: ['r'], catalog, root: 'all', layout: 'rclone' }),
    ]);
    expect(await filesBelow(tree, ['r'])).toEqual(['r/same {a}.jpg', 'r/same {b}.jpg']);
    expect(await filesBelow(tree, ['p'])).toEqual([expect.stringMatching(/~/), expect.stringMatching(/~/)]);
  });

  it("ask a resource's own catalog for what is known of it", async () => {
    const tree = new Tree([
      mountOf(mine, { path: ['mine'], root: 'all' }),
      mountOf(yours, { path: ['yours'], root: 'all' }),
    ]);
    const [a, b] = [
      await tree.resolve(['mine', 'mine.jpg']),
      await tree.resolve(['yours', 'yours.jpg']),
    ] as MediaResource[];
    expect((await tree.represent(a!)).size).toBe(4_000);
    expect(tree.learned(b!, 7).size).toBe(7);
    expect([tree.known(a!)?.size, tree.known(b!)?.size]).toEqual([4_000, 7]);
    expect(yours.calls.filter((call) => call.startsWith('measure'))).toEqual([]);
  });

  it("tell a resource's own catalog that its bytes are gone", async () => {
    mine.items = [photo('mine'), photo('stays')];
    const catalog = catalogOf(mine);
    const tree = new Tree([
      mountOf(mine, { path: ['mine'], root: 'all', catalog }),
      mountOf(yours, { path: ['yours'], root: 'all' }),
    ]);
    const resource = (await tree.resolve(['mine', 'mine.jpg'])) as MediaResource;
    mine.items = [photo('stays')];
    tree.gone(resource);
    await eventually(() => catalog.peekItems('all')?.length === 1);
    expect(await namesAt(tree, 'mine')).toEqual(['stays.jpg']);
    expect(yours.calls).toEqual([]);
  });

  it('learn the sizes of what several of them hold', async () => {
    const tree = new Tree([
      mountOf(mine, { path: ['mine'], root: 'all' }),
      mountOf(yours, { path: ['yours'], root: 'all' }),
    ]);
    const resources = (await Promise.all([
      tree.resolve(['mine', 'mine.jpg']),
      tree.resolve(['yours', 'yours.jpg']),
    ])) as MediaResource[];
    const learned: MediaResource[] = [];
    for await (const batch of tree.learnSizes(resources)) learned.push(...batch);
    expect(learned).toEqual(resources);
  });
});
