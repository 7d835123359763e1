import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLinkTo, type LinkTo } from '../../../src/app/links.js';
import type { Mount } from '../../../src/config/schema.js';
import { AppError } from '../../../src/errors.js';
import type { MediaItem } from '../../../src/model.js';
import type { Link } from '../../../src/sources/source.js';
import { DavSource } from '../../support/dav-source.js';
import { DavTree } from '../../support/dav-tree.js';

class LinkingSource extends DavSource {
  readonly linked: string[] = [];
  linkFailure: Error | undefined;

  link(item: MediaItem, signal?: AbortSignal): Promise<Link> {
    signal?.throwIfAborted();
    this.linked.push(item.id);
    if (this.linkFailure) return Promise.reject(this.linkFailure);
    return Promise.resolve({
      url: new URL(`https://bytes.example/${item.id}`),
      headers: {},
      expiresAtMs: 1,
      honoursRange: true,
    });
  }
}

const { signal } = new AbortController();

let source: LinkingSource;
let tree: DavTree;
let linkTo: LinkTo;

beforeEach(() => {
  source = new LinkingSource();
  tree = new DavTree(source);
  for (const folder of ['open', 'open/kept', 'kept', 'kept/open']) {
    tree.addFile([...folder.split('/'), 'x.jpg'], Buffer.from(folder));
  }
  tree.addFile(['open', 'Café.jpg'.normalize('NFC')], Buffer.from('x'));
  tree.addStatic(['open', 'README.txt'], 'text');
  const mounts = [
    ['/open', 'proxy-url'],
    ['/open/kept', 'native-proxy'],
    ['/kept', 'redirect'],
    ['/kept/open', 'proxy-url'],
  ] as const;
  linkTo = createLinkTo(
    mounts.map(([path, policy]) => ({ mount: { path, delivery: { policy } } as unknown as Mount })),
    tree,
  );
});

const ask = (path: string) => linkTo(path.split('/').slice(1), signal);

describe('a link', () => {
  it.each(['/open/x.jpg', '/kept/open/x.jpg'])('leads to %s, under the policy proxy-url', async (path) => {
    expect((await ask(path)).url.pathname).toBe(path);
  });

  it('leads to a name in whatever Unicode form it is asked for', async () => {
    expect(source.linked).toEqual([]);
    await ask('/open/Café.jpg'.normalize('NFD'));
    expect(source.linked).toEqual(['open/Café.jpg'.normalize('NFC')]);
  });

  it.each(['/open/kept/x.jpg', '/kept/x.jpg', '/kept/nothing', '/kept', '/open/kept/'])(
    'is refused to %s, where another policy rules, and nothing is looked up there',
    async (path) => {
      await expect(ask(path)).rejects.toMatchObject({
        status: 403,
        advice: expect.stringContaining('proxy-url') as unknown,
      });
      expect([tree.asked, source.linked]).toEqual([[], []]);
    },
  );

  it.each([
    ['/open', 400],
    ['/open/README.txt', 400],
    ['/open/', 404],
    ['/open/nothing.jpg', 404],
    ['/open/../kept/x.jpg', 404],
    ['/', 404],
    ['/elsewhere', 404],
  ])('to %s there is none: %i', async (path, status) => {
    await expect(ask(path)).rejects.toMatchObject({ status });
    expect(source.linked).toEqual([]);
  });

  it('whose bytes are gone takes the item out of its folders', async () => {
    source.linkFailure = new AppError('NOT_FOUND', 'test: gone');
    await expect(ask('/open/x.jpg')).rejects.toMatchObject({ status: 404 });
    expect(tree.reportedGone).toEqual(['open/x.jpg']);
  });

  it('that fails for now leaves the item where it is', async () => {
    source.linkFailure = new AppError('SOURCE_UNAVAILABLE', 'test: down');
    await expect(ask('/open/x.jpg')).rejects.toMatchObject({ status: 502 });
    expect(tree.reportedGone).toEqual([]);
  });

  it('is not asked for by somebody who has left', async () => {
    const reason = new Error('left');
    await expect(linkTo(['open', 'x.jpg'], AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(source.linked).toEqual([]);
  });
});
