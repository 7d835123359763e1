import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { MediaSource } from '../sources/source.js';
import { steady } from './steady.js';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
}

/** Every member of the contract, so that the compiler misses one that is new. */
type Members = { readonly [Name in keyof Required<MediaSource>]: MediaSource[Name] | undefined };

/** The source as all else sees it: bytes that are opened outlive an upstream that breaks. */
export function deliveredSource(source: MediaSource, parts: Parts): MediaSource {
  const members: Members = {
    name: source.name,
    namespace: source.namespace,
    emptyReason: source.emptyReason,
    listAlbums: source.listAlbums.bind(source),
    listItems: source.listItems.bind(source),
    listDays: source.listDays?.bind(source),
    album: source.album?.bind(source),
    find: source.find?.bind(source),
    measure: source.measure.bind(source),
    mayLearnSizes: source.mayLearnSizes.bind(source),
    mayRefresh: source.mayRefresh?.bind(source),
    measuresByOpening: source.measuresByOpening,
    open: (item, options = {}) => steady((again) => source.open(item, again), parts)(options),
    check: source.check?.bind(source),
    link: source.link?.bind(source),
    linksNeedHeader: source.linksNeedHeader,
    close: source.close?.bind(source),
  };
  return present(members);
}

/** Without those that the source does not have: what is absent means "cannot". */
function present(members: Members): MediaSource {
  const entries = Object.entries(members).filter(([, member]) => member !== undefined);
  // A list of entries forgets which names it held.
  return Object.fromEntries(entries) as unknown as MediaSource;
}
