import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { leversSchema } from '../../../src/emulator/levers.js';

describe('docs/emulator.md', () => {
  it('names every lever, and no other', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/emulator.md'), 'utf8');
    const table = /^## Levers$(.*?)^## /ms.exec(page)![1]!;
    const cells = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell!);
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    expect(named.sort()).toEqual(Object.keys(leversSchema.shape).sort());
  });
});
