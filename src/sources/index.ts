import { DEMO } from './demo.js';
import { LIBRARY } from './library.js';
import { PICKER } from './picker.js';

/** Every source there is, by the name it has in the configuration. */
export const SOURCES = { library: LIBRARY, picker: PICKER, demo: DEMO } as const;
