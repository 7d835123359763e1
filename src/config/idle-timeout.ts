import { duration } from './duration.js';

/** Schema of how long a body from Google may stand still; its output is milliseconds. */
export const idleTimeout = duration('1s', '10m')
  .prefault('30s')
  .describe('how long a transfer from Google may stand still until it is asked for again');
