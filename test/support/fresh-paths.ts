import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { makeTempFolder } from './clients.js';

/** A path with each call at which nothing is yet; what tests make there is removed after the last of them. */
export function freshPaths(): () => string {
  let root = '';
  let count = 0;
  beforeAll(async () => {
    root = await makeTempFolder();
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return () => join(root, String(++count));
}
