import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ifUnlocked, readPrivate, withLock, writePrivate } from '../../src/private-file.js';
import { freshPaths } from '../support/fresh-paths.js';

const freshPath = freshPaths();
let folder = '';

beforeEach(() => {
  folder = freshPath();
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a private file', () => {
  it('is for its owner alone, and so is the folder that is made for it', async () => {
    const path = join(folder, 'in', 'file.json');
    await writePrivate(path, 'text');
    expect(await readPrivate(path)).toBe('text');
    expect([await modeOf(path), await modeOf(join(folder, 'in'))]).toEqual([0o600, 0o700]);
  });

  it('takes the place of one that others could read', async () => {
    const path = join(folder, 'file');
    await mkdir(folder);
    await writeFile(path, 'old', { mode: 0o644 });
    await writePrivate(path, 'new');
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['new', 0o600]);
  });

  it('is undefined where there is none', async () => {
    expect(await readPrivate(join(folder, 'none'))).toBeUndefined();
  });

  it.each([
    ['a folder', (path: string) => mkdir(path, { recursive: true })],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link to a device without an end', (path: string) => symlink('/dev/zero', path)],
    ['a file that is too large', (path: string) => writeFile(path, '{}').then(() => truncate(path, 33 * 2 ** 20))],
  ])('is empty where there is %s in its place, and not waited for', async (_what, make) => {
    const path = join(folder, 'file.json');
    await mkdir(folder);
    await make(path);
    expect(await readPrivate(path)).toBe('');
  });

  it('takes the place of a link, and leaves alone where that leads', async () => {
    const [path, elsewhere] = [join(folder, 'file'), join(folder, 'elsewhere')];
    await mkdir(folder);
    await writeFile(elsewhere, 'theirs');
    await symlink(elsewhere, path);
    await withLock(path, () => writePrivate(path, 'ours'));
    expect([await readFile(elsewhere, 'utf8'), await readPrivate(path)]).toEqual(['theirs', 'ours']);
  });

  it('is written beside a folder that has the name of what was half written', async () => {
    const path = join(folder, 'file');
    await mkdir(`${path}.0123456789ab.part`, { recursive: true });
    await withLock(path, () => writePrivate(path, 'text'));
    expect(await readPrivate(path)).toBe('text');
  });

  it('leaves what was there, and nothing beside it, when it cannot be written', async () => {
    const path = join(folder, 'taken');
    // A folder cannot be replaced by a file.
    await mkdir(join(path, 'member'), { recursive: true });
    await expect(writePrivate(path, 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

describe('a lock', () => {
  it('lets one act after the other', async () => {
    const path = join(folder, 'file');
    let inside = 0;
    const act = async (): Promise<number> => {
      inside += 1;
      const seen = inside;
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return seen;
    };
    expect(await Promise.all(Array.from({ length: 5 }, () => withLock(path, act)))).toEqual([1, 1, 1, 1, 1]);
  });

  it('is given back when the act fails', async () => {
    const path = join(folder, 'file');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => Promise.resolve('next'))).toBe('next');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    const path = join(folder, 'file');
    await mkdir(`${path}.lock`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await withLock(path, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('is taken over too if the clock has been put back since', async () => {
    const path = join(folder, 'file');
    const later = new Date(Date.now() + 3_600_000);
    await mkdir(`${path}.lock`, { recursive: true });
    await utimes(`${path}.lock`, later, later);
    const never = (): Promise<void> => Promise.reject(new Error('it acted'));
    expect(await ifUnlocked(path, never)).toBe(false);
    expect((await stat(`${path}.lock`)).mtimeMs).toBeLessThanOrEqual(Date.now());
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await withLock(path, () => Promise.resolve('done'))).toBe('done');
  });

  it('tells whoever waits for long', async () => {
    const path = join(folder, 'file');
    const act = (): Promise<string> => Promise.resolve('acted');
    let waited: Promise<string> | undefined;
    await ifUnlocked(path, async () => {
      await new Promise<void>((resolve) => {
        waited = withLock(path, act, resolve);
      });
    });
    expect(await waited).toBe('acted');
  });

  it('fails at once where none can be made', async () => {
    const nameTooLong = join(folder, 'x'.repeat(252));
    await expect(withLock(nameTooLong, () => Promise.resolve())).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  });

  it('removes what processes that were killed have left half written, and nothing that may still be written', async () => {
    const path = join(folder, 'file.json');
    await mkdir(folder);
    const [ours, old, young] = ['file.json.0123456789ab', 'other.json.0123456789ab', 'third.json.0123456789ab'];
    for (const name of [ours, old, young]) await writeFile(join(folder, `${name}.part`), 'half');
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(folder, `${old}.part`), longAgo, longAgo);
    await withLock(path, () => writePrivate(path, 'whole'));
    expect((await readdir(folder)).sort()).toEqual(['file.json', `${young}.part`]);
  });

  it('keeps out another process', async () => {
    const path = join(folder, 'file');
    const module = new URL('../../dist/private-file.js', import.meta.url).href;
    const script = `
      import { writeFileSync } from 'node:fs';
      import { withLock } from ${JSON.stringify(module)};
      await withLock(process.argv[1], async () => {
        process.stdout.write('held');
        await new Promise((resolve) => process.stdin.once('data', resolve));
        writeFileSync(process.argv[1], 'left by the other');
      });
      process.exit();`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script, path]);
    let said = '';
    holder.stderr.on('data', (text: Buffer) => (said += text.toString()));
    try {
      await Promise.race([
        once(holder.stdout, 'data'),
        once(holder, 'exit').then(() => Promise.reject(new Error(said))),
      ]);
      const found = withLock(path, () => readPrivate(path));
      holder.stdin.write('go');
      expect(await found).toBe('left by the other');
    } finally {
      holder.kill('SIGKILL');
    }
  });
});
