/** What has a daily quota of its own. */
export type Part = 'api' | 'bytes';

/** What stops before people do: learning sizes ahead of need, then fetching again what is known. */
export type Work = 'background' | 'refreshing';

export interface Share {
  readonly part: Part;
  readonly work: Work;
  /** Of the part's requests of a day; once they are made, the work stops. */
  readonly upTo: number;
  /** What the log says then. */
  readonly tells: string;
}

const NO_SIZES = 'sizes are learned only of what is opened';

/** The order in which work stops; what people open, and listings that nobody has yet, go on to the last request. */
export const SHARES: readonly Share[] = [
  { part: 'bytes', work: 'background', upTo: 0.5, tells: NO_SIZES },
  { part: 'api', work: 'background', upTo: 0.8, tells: NO_SIZES },
  { part: 'api', work: 'refreshing', upTo: 0.95, tells: 'listings are served as they are known' },
];
