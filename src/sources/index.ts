import { DEMO } from './demo.js';
import { LIBRARY } from './library.js';

/** Every source there is, by the name it has in the configuration. */
export const SOURCES = { library: LIBRARY, demo: DEMO } as const;

export type SourceName = keyof typeof SOURCES;
