import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { answerOf, GoogleCaller, type Answer } from './google-caller.js';

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: 150 });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

async function session(maxItemCount?: number): Promise<{ id: string; pickerUri: string }> {
  const body = maxItemCount === undefined ? {} : { pickingConfig: { maxItemCount } };
  return JSON.parse((await caller.post('/v1/sessions', body)).text) as { id: string; pickerUri: string };
}

const open = (uri: string): Promise<Answer> => answerOf(fetch(uri));
const press = (uri: string, items: readonly string[]): Promise<Answer> =>
  answerOf(fetch(uri, { method: 'POST', body: items.map((item) => `item=${item}`).join('&') }));
const boxes = ({ text }: Answer): string[] =>
  [...text.matchAll(/<input type="checkbox" name="item" value="(\d+)">/g)].map(([, value]) => value!);
const states = (): string[] => emulator.pickingSessions().map(({ state, pickedCount }) => `${state} ${pickedCount}`);

describe('the picking page', () => {
  it('shows all but the archive, newest first, with pictures that load as they are seen', async () => {
    const { pickerUri } = await session();
    const page = await open(pickerUri);
    expect(boxes(page)).toHaveLength(149);
    expect(page.text.indexOf('IMG_000150.jpg')).toBeLessThan(page.text.indexOf('IMG_000149.jpg'));
    const [, picture] = /<img src="([^"]+)" alt="" loading="lazy"/.exec(page.text)!;
    const thumbnail = await fetch(emulator.ready.api + picture!);
    expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect((await fetch(`${emulator.ready.api}/integration/picker/thumbnail/unknown/1`)).status).toBe(404);
  });

  it('runs nothing but its own script', async () => {
    const { pickerUri } = await session();
    expect((await open(pickerUri)).headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; img-src 'self'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; form-action 'self'; /,
    );
  });

  it('gives the app what was selected, and then is over', async () => {
    const { id, pickerUri } = await session();
    const [first, , third] = boxes(await open(pickerUri));
    const done = await press(pickerUri, [first!, third!]);
    expect(done.text).toContain('You’re done');
    expect(done.text).not.toContain('window.close');
    const list = await caller.get(`/v1/mediaItems?sessionId=${id}`);
    expect([...list.text.matchAll(/"filename": "([^"]+)"/g)].map(([, name]) => name)).toEqual(
      [0, 2].map((place) => emulator.listed()[place]!.filename),
    );
    expect(await open(pickerUri)).toMatchObject({ status: 410 });
    expect(await press(pickerUri, [first!])).toMatchObject({ status: 410 });
    expect(states()).toEqual(['picked 2']);
  });

  it('closes its window where that was asked for', async () => {
    const { pickerUri } = await session();
    const uri = `${pickerUri}/autoclose`;
    const [first] = boxes(await open(uri));
    expect((await press(uri, [first!])).text).toContain('window.close();');
    expect(states()).toEqual(['picked 1']);
  });

  it.each([
    ['nothing', []],
    ['more than the app takes', ['0', '1', '2']],
    ['what is not there', ['7777']],
    ['what is archived', ['99']],
    ['what is no item', ['-1']],
  ])('does not pick %s', async (_what, items) => {
    const { pickerUri } = await session(2);
    expect((await press(pickerUri, items)).status).toBe(400);
    expect(states()).toEqual(['open 0']);
  });

  it('says so where there is nothing to pick, or no more', async () => {
    expect((await open(`${emulator.ready.api}/integration/picker/auth/unknown`)).status).toBe(404);
    const { id, pickerUri } = await session();
    await caller.send('DELETE', `/v1/sessions/${id}`);
    expect((await open(pickerUri)).text).toContain('Nothing to pick here');
  });

  it('holds the newest 2000 items of a larger library', async () => {
    const large = await startEmulator({ items: 2500 });
    const token = (await GoogleCaller.signIn(large)).token;
    const made = await new GoogleCaller(large, token).post('/v1/sessions', '');
    const { pickerUri } = JSON.parse(made.text) as { pickerUri: string };
    const page = await open(pickerUri);
    const items = boxes(page);
    expect([items.length, page.text.includes('the newest 2000 of 2475 items')]).toEqual([2000, true]);
    expect((await press(pickerUri, items)).text).toContain('2000 items picked');
    await large.close();
  });
});
