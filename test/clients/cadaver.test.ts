import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, makeTempFolder, run } from '../support/clients.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startStage, type Stage } from '../support/stage.js';

const NEEDS = { commands: ['cadaver', 'nginx'], packages: ['cadaver', 'nginx'] };

let stage: Stage;
let folder: string;

/** Its exit code is 0 whatever happens, so the output tells. */
const cadaver = async (...commands: string[]): Promise<string> => {
  const { stdout, stderr } = await run('cadaver', [], {
    input: [...commands, 'quit', ''].join('\n'),
    env: { HOME: folder },
  });
  return stdout + stderr;
};

describeClient('cadaver', NEEDS, () => {
  let nginx: Nginx;

  beforeAll(async () => {
    stage = await startStage({ videos: 'short', flags: ['--server-base-path', '/p'] });
    folder = await makeTempFolder();
    const { origin } = new URL(stage.program.url);
    nginx = await startNginx(`location /p/ { proxy_pass ${origin}/p/; }`);
  }, 60_000);

  afterAll(async () => {
    await nginx.stop();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists, shows properties and downloads behind the prefix of a reverse proxy', async () => {
    const target = join(folder, 'got.jpg');
    const output = await cadaver(
      `open ${nginx.url}/p/`,
      'ls',
      `cd "Albums/${PLAIN_ALBUM}"`,
      'ls',
      'propnames IMG_0001.jpg',
      'propget IMG_0001.jpg',
      `get IMG_0001.jpg ${target}`,
    );
    expect(output).not.toMatch(/failed|Did not find|Error/i);
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    for (const name of ['Albums', 'All', 'Favorites']) expect(output).toMatch(new RegExp(`Coll:\\s+${name}\\s`));
    for (const { filename, bytes } of files) expect(output).toMatch(new RegExp(`${filename}\\s+${bytes}\\s`));
    expect(output).toMatch(/getcontentlength/);
    expect(await readFile(target)).toEqual(await readFile(join(stage.facts.folder, files[0]!.path)));
  });

  it.each([
    ['Trips/2019/Iceland', 'DSC_1.JPG', 'iceland/1.jpg'],
    ["Rock'n'Roll \uff031", 'IMG_0002.jpg', 'rock/2.jpg'],
    ['\u{1f388} Balloons', 'balloon 1.jpg', 'balloons/1.jpg'],
  ])('goes into %s and downloads %s', async (album, name, path) => {
    const target = join(folder, 'hurting.jpg');
    await rm(target, { force: true });
    const output = await cadaver(`open ${nginx.url}/p/Albums/`, `cd "${album}"`, 'ls', `get "${name}" ${target}`);
    expect(output).not.toMatch(/failed|Did not find|Error/i);
    expect(output).toContain(name);
    expect(await readFile(target)).toEqual(await readFile(join(stage.facts.folder, path)));
  });

  it('is told so when it may not write', async () => {
    await writeFile(join(folder, 'new.jpg'), 'new');
    const output = await cadaver(
      `open ${nginx.url}/p/`,
      'mkcol New',
      `cd "Albums/${PLAIN_ALBUM}"`,
      `put ${join(folder, 'new.jpg')} new.jpg`,
      'copy IMG_0001.jpg copy.jpg',
      'move IMG_0001.jpg moved.jpg',
      'delete IMG_0001.jpg',
    );
    expect(output.match(/403 Forbidden/g)).toHaveLength(5);
    expect(await cadaver(`open ${nginx.url}/p/Albums/${encodeURIComponent(PLAIN_ALBUM)}/`, 'ls')).toContain(
      'IMG_0001.jpg',
    );
  });
});
