import { AppError } from '../../errors.js';
import type { MediaItem } from '../../model.js';
import type { Pick } from '../../sources/picker/picks.js';
import type { MediaSource } from '../../sources/source.js';
import { openPicks } from '../source-context.js';
import type { Check } from './check.js';
import { failure, ok, warning } from './finding.js';
import type { GoogleSetup, MountSetup } from './mount-setup.js';

const DAY_MS = 86_400_000;
const PICK = 'run `photodav pick`, and choose photos in the page that it opens';

/** Pluton's "Cannot Download Existing Photos". */
export const ITEMS: Check<MountSetup> = {
  name: 'items',
  needs: ['api'],
  async run({ mount, firstPage }) {
    const { members, next } = await firstPage();
    if (members.length > 0) return ok(`${members.length}${next === undefined ? '' : ' and more'} can be seen`);
    if (mount.source === 'picker') return warning('nothing has been picked yet', PICK);
    if (mount.source === 'demo') return warning('the demo library is empty', 'install photodav again');
    return warning(
      'Google shows this client nothing: since 31 March 2025 the Library API shows an app only what that app itself uploaded',
      'set source to picker and choose photos with `photodav pick`, or export all of them with Google Takeout',
      'https://takeout.google.com/settings/takeout/custom/photos',
    );
  },
};

export const ROOT_FOLDER: Check<MountSetup> = {
  name: 'root folder',
  needs: ['api'],
  applies: ({ mount }) => !['root', 'all', 'albums'].includes(mount.rootFolderId),
  async run({ mount, source }, signal) {
    try {
      const album = await (await source()).album?.(mount.rootFolderId, signal);
      return ok(`rootFolderId is the album ${JSON.stringify(album?.title ?? '')}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
      const advice = 'take one of the ids that `photodav albums` prints, or root for everything';
      return failure('NOT_FOUND', 'rootFolderId is no album that this account shows', advice);
    }
  },
};

export const PICKS: Check<GoogleSetup> = {
  name: 'picks',
  needs: ['sign-in'],
  applies: ({ mount }) => mount.source === 'picker',
  async run({ config, signIn, source, clock, log }) {
    const kept = openPicks(config, await signIn(), log);
    const picks = await kept.all();
    if (kept.damaged.length > 0) {
      const advice = 'what they held is lost: pick again, then remove them from the folder picks in the data folder';
      return warning(`files of picks cannot be read: ${kept.damaged.join(', ')}`, advice);
    }
    if (picks.length === 0) return ok('there are none yet', PICK);
    const now = clock.now();
    const loose = picks.filter(({ isPinned }) => !isPinned);
    const ended = loose.filter(({ endsAtMs }) => endsAtMs <= now);
    if (ended.length > 0) {
      return warning(
        `the items of ${foldersOf(ended)} cannot be opened any more: Google has ended the picks`,
        'pick again into the same folder with `photodav pick --folder NAME`, with --pin to keep the bytes',
      );
    }
    const ending = loose.filter(({ endsAtMs }) => endsAtMs - now < DAY_MS);
    if (ending.length > 0) {
      const advice = 'pick again into the same folder, or keep the bytes with `photodav pick --pin`';
      return warning(`Google ends the picks of ${foldersOf(ending)} within a day`, advice);
    }
    const absent = await pinnedAndAbsent(picks, await source());
    if (absent > 0) {
      const advice =
        'leave `photodav serve` running, which fetches them; `photodav picks list` tells how far it has come';
      return warning(`${absent} pinned items are not on disk yet`, advice);
    }
    return ok(`${picks.length} picks, in ${foldersOf(picks)}`);
  },
};

export const SIZES: Check<MountSetup> = {
  name: 'sizes',
  needs: ['sign-in'],
  async run({ mount, source, store, config }) {
    if (mount.readSize === 'off') {
      const message = 'readSize is off: sizes are learned only of what is opened';
      return ok(message, 'rclone copies nothing whose size is not known: set readSize to on-list for it');
    }
    if (config.catalog.store === 'memory') return ok('sizes are learned, and forgotten with the end of the server');
    const { namespace } = await source();
    const { sizes, read, values } = await store();
    const { items = 0, known = 0 } = sizes.get(namespace) ?? {};
    const some = read < values ? ', as far as the store could be read in the time there was' : '';
    return ok((items === 0 ? 'none is known yet' : `${known} of ${items} are known`) + some);
  },
};

async function pinnedAndAbsent(picks: readonly Pick[], source: MediaSource): Promise<number> {
  const ids = picks.filter(({ isPinned }) => isPinned).flatMap(({ items }) => items.map(({ id }) => id));
  const served = [...((await source.find?.([...new Set(ids)])) ?? new Map<string, MediaItem>()).values()];
  const isAtHand = await Promise.all(served.map(async (item) => (await source.isAtHand?.(item)) === true));
  return isAtHand.filter((each) => !each).length;
}

function foldersOf(picks: readonly { readonly folder: string }[]): string {
  return [...new Set(picks.map(({ folder }) => JSON.stringify(folder)))].join(', ');
}
