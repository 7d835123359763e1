import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { MediaSource } from '../sources/source.js';
import type { SharedBytes } from './shared-bytes.js';
import { spoolKey } from './spool/spool-key.js';
import { steady } from './steady.js';

interface Parts {
  /** Keeps what comes from upstreams that ignore ranges; they are streamed anew each time if absent. */
  readonly shared?: SharedBytes | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Where opening costs a whole download, each attempt begins another: one makes up for a passing fault, and what breaks
 * again is not going to hold.
 */
const MAX_DOWNLOADS_AGAIN = 1;

/** Every member of the contract, so that the compiler misses one that is new. */
type Members = { readonly [Name in keyof Required<MediaSource>]: MediaSource[Name] | undefined };

/**
 * The source as all else sees it: bytes that are opened outlive an upstream that breaks, and have ranges where the upstream
 * has none.
 */
export function deliveredSource(source: MediaSource, parts: Parts): MediaSource {
  const open = opening(source, parts);
  const members: Members = {
    name: source.name,
    namespace: source.namespace,
    emptyReason: source.emptyReason,
    edition: source.edition?.bind(source),
    albumsAtRoot: source.albumsAtRoot,
    listAlbums: source.listAlbums.bind(source),
    listItems: source.listItems.bind(source),
    listDays: source.listDays?.bind(source),
    album: source.album?.bind(source),
    find: source.find?.bind(source),
    measure: measuring(source, parts, open),
    mayLearnSizes: source.mayLearnSizes.bind(source),
    mayRefresh: source.mayRefresh?.bind(source),
    measuresByOpening: source.measuresByOpening,
    open,
    check: source.check?.bind(source),
    link: source.link?.bind(source),
    unlinked: source.unlinked,
    linksNeedHeader: source.linksNeedHeader,
    isAtHand: source.isAtHand?.bind(source),
    work: source.work?.bind(source),
    close: source.close?.bind(source),
  };
  return present(members);
}

function opening(source: MediaSource, { shared, clock, log }: Parts): MediaSource['open'] {
  const maxReopenings = source.measuresByOpening === true ? MAX_DOWNLOADS_AGAIN : undefined;
  return (item, options = {}) => {
    const upstream = steady((again) => source.open(item, again), { clock, log, maxReopenings });
    return shared ? shared.open(spoolKey(source.namespace, item), upstream, options) : upstream(options);
  };
}

/** Sizes of what is on disk, or on its way, cost nothing; where they cost an opening, it goes to the disk. */
function measuring(source: MediaSource, { shared }: Parts, open: MediaSource['open']): MediaSource['measure'] {
  return async (item, signal) => {
    const known = shared?.size(spoolKey(source.namespace, item));
    if (known !== undefined) return known;
    if (source.measuresByOpening !== true) return source.measure(item, signal);
    const { body, size } = await open(item, signal ? { signal } : {});
    body.destroy();
    return size;
  };
}

/** Without those that the source does not have: what is absent means "cannot". */
function present(members: Members): MediaSource {
  const entries = Object.entries(members).filter(([, member]) => member !== undefined);
  // A list of entries forgets which names it held.
  return Object.fromEntries(entries) as unknown as MediaSource;
}
