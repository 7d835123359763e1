import { Governor, type GovernorOptions } from './quota.js';
import type { Part } from './quota/quota-shares.js';

/** What each governor is opened with, whatever its project. */
export type GovernorsOptions = Omit<GovernorOptions, 'project'>;

/** How much of one part of a project's day is used. */
export interface Usage {
  readonly project: string;
  readonly part: Part;
  readonly used: number;
  readonly perDay: number;
  readonly isSpent: boolean;
}

/** One governor for each project: Google counts what all sign-ins of a project's clients ask for together. */
export class Governors {
  readonly #options: GovernorsOptions;
  readonly #opened = new Map<string, Promise<Governor>>();

  constructor(options: GovernorsOptions) {
    this.#options = options;
  }

  /** The same for all who ask; it is closed here. `project` as in `DayCountsOptions`. */
  for(project: string): Promise<Governor> {
    const opened = this.#opened.get(project) ?? Governor.open({ ...this.#options, project });
    this.#opened.set(project, opened);
    return opened;
  }

  /** Of every project that was asked for, as it stands now. */
  async usage(): Promise<readonly Usage[]> {
    const usages: Usage[] = [];
    for (const [project, opened] of this.#opened) {
      const { api, bytes } = await opened;
      for (const { part, used, perDay, isSpent } of [api, bytes]) {
        usages.push({ project, part, used, perDay, isSpent });
      }
    }
    return usages;
  }

  /** To be called after the sources are closed; resolves when all counts are stored. */
  async close(): Promise<void> {
    for (const opened of this.#opened.values()) await (await opened).close();
  }
}
