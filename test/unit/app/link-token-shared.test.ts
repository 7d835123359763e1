import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';

// As on a disk that keeps no permissions, or a file that belongs to somebody else.
jest.unstable_mockModule('node:fs/promises', () => ({
  ...fs,
  chmod: () => Promise.reject(Object.assign(new Error('operation not permitted'), { code: 'EPERM' })),
}));
const { readLinkToken } = await import('../../../src/app/link-token.js');

it('a link token that others can read, and that cannot be changed, is told and used', async () => {
  const folder = await fs.mkdtemp(join(tmpdir(), 'photodav-token-'));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--data-dir': folder, '--demo': true }, system);
  const recorder = new Recorder();
  const log = createLog({ level: 'info', destination: recorder });
  const token = await readLinkToken(values, log);
  expect(recorder.lines).toEqual([]);
  await fs.chmod(join(folder, 'link-token'), 0o644);
  expect(await readLinkToken(values, log)).toBe(token);
  expect(recorder.lines).toEqual([
    expect.objectContaining({ level: 40, msg: expect.stringContaining('link-token in the data folder') as unknown }),
  ]);
  expect(JSON.stringify(recorder.lines)).not.toContain(token);
  await fs.rm(folder, { recursive: true });
});
