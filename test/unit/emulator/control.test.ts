import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { answerOf, GoogleCaller, type Answer } from './google-caller.js';

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: 3 });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

function control(method: string, path: string, body?: string): Promise<Answer> {
  const init = { method, ...(body === undefined ? {} : { body }) };
  return answerOf(fetch(`${emulator.ready.api}/_emulator/${path}`, init));
}

const albumStatus = async (): Promise<number> => (await caller.get('/v1/albums')).status;

describe('the levers over HTTP', () => {
  it('are shown and turned', async () => {
    const turned = await control('PATCH', 'levers', '{"headRefused":true,"untickedScopes":["x"]}');
    expect(JSON.parse(turned.text)).toEqual(emulator.levers);
    expect(emulator.levers).toMatchObject({ headRefused: true, untickedScopes: ['x'], latencyMs: 0 });
    expect(JSON.parse((await control('GET', 'levers')).text)).toEqual(emulator.levers);
  });

  it.each([
    ['PATCH', 'levers', '{"headrefused":true}'],
    ['PATCH', 'levers', '{"latencyMs":-1}'],
    ['PATCH', 'levers', '{'],
    ['POST', 'faults', '{"route":"albums","count":1}'],
    ['POST', 'faults', '{"route":"albums","count":1,"reset":true,"hang":true}'],
    ['POST', 'clock', '{"advance":1}'],
    ['POST', 'rescan', undefined],
  ])('%s %s %s is refused with the reason', async (method, path, body) => {
    const answer = await control(method, path, body);
    expect(answer.status).toBe(400);
    expect((JSON.parse(answer.text) as { error: string }).error).not.toBe('');
    expect(await albumStatus()).toBe(200);
  });

  it('answer 404 for what is none', async () => {
    expect((await control('GET', 'lever')).status).toBe(404);
  });

  it('set and take back faults', async () => {
    await control('POST', 'faults', '{"route":"albums","count":9,"status":503,"retryAfter":3}');
    expect(await albumStatus()).toBe(503);
    await control('DELETE', 'faults');
    expect(await albumStatus()).toBe(200);
  });

  it.each([
    ['expire-tokens', undefined],
    ['revoke-tokens', undefined],
    ['clock', '{"advanceMs":3600000}'],
  ])('%s ends the access token', async (path, body) => {
    expect((await control('POST', path, body)).status).toBe(200);
    expect(await albumStatus()).toBe(401);
  });

  it('expire base URLs', async () => {
    const { baseUrl } = (await caller.search()).mediaItems![0]!;
    await control('POST', 'expire-base-urls');
    expect((await fetch(`${baseUrl}=d`)).status).toBe(403);
  });

  it('show and reset counters, and are not counted themselves', async () => {
    await control('DELETE', 'counters');
    await albumStatus();
    expect(JSON.parse((await control('GET', 'counters')).text)).toEqual({
      ...{ 'albums.list': 1, open: 0, opened: 0, bytes: 0 },
    });
  });
});
