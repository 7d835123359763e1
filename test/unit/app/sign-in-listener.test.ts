import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openListener, type Listener } from '../../../src/app/sign-in/listener.js';
import { ask as sendTo, type Ask } from '../../support/http-client.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { ManualClock } from '../../support/manual-clock.js';

const STATE = 'state-of-this-sign-in';
const RIGHT = `code=4%2F0A-code&state=${STATE}&iss=https%3A%2F%2Faccounts.google.com`;

let listener: Listener;
let foreign: number;
beforeEach(async () => {
  foreign = 0;
  listener = await openListener({ state: STATE, clock: new HurriedClock(), onForeign: () => (foreign += 1) });
});
afterEach(() => listener.close(false));

const ask = (target: string, options: Ask = {}) => sendTo(listener.redirectUri.origin, target, options);

const isAnswered = () => Promise.race([listener.answer.then(() => true), Promise.resolve(false)]);

describe('the loopback listener', () => {
  it('stands at 127.0.0.1 on a port of its own, with the path /', () => {
    expect(listener.redirectUri.href).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+\/$/);
  });

  it('takes the first answer, decoded once, and sends the browser to an address without it', async () => {
    expect(await ask(`/?${RIGHT}`)).toMatchObject({
      status: 303,
      headers: { location: '/done', connection: 'close' },
      text: '',
    });
    expect(await listener.answer).toEqual({ kind: 'code', code: '4/0A-code' });
  });

  it('ignores a second answer, and says so', async () => {
    await ask(`/?${RIGHT}`);
    expect(await ask(`/?${RIGHT.replace('0A-code', '0A-other')}`)).toMatchObject({ status: 409 });
    expect(await listener.answer).toEqual({ kind: 'code', code: '4/0A-code' });
  });

  it.each([
    ['another state', RIGHT.replace(STATE, 'another')],
    ['no state', RIGHT.replace(`&state=${STATE}`, '')],
    ['another issuer', RIGHT.replace('accounts.google.com', 'evil.example')],
    ['a refusal with another state', 'error=access_denied&state=another'],
  ])('ignores an answer with %s, tells, and waits on', async (_what, query) => {
    expect(await ask(`/?${query}`)).toMatchObject({ status: 400 });
    expect([foreign, await isAnswered()]).toEqual([1, false]);
    expect(await ask(`/?${RIGHT}`)).toMatchObject({ status: 303 });
  });

  it('tells of the first of many such answers alone', async () => {
    for (let count = 0; count < 3; count++) await ask('/?code=x&state=another');
    expect(foreign).toBe(1);
  });

  it('is there for the browser while somebody else holds many connections and says nothing', async () => {
    const silent = Array.from({ length: 40 }, () => connect(Number(listener.redirectUri.port), '127.0.0.1'));
    for (const socket of silent) socket.on('error', () => undefined);
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    expect(await ask(`/?${RIGHT}`)).toMatchObject({ status: 303 });
    for (const socket of silent) socket.destroy();
  });

  it('takes a refusal as an answer', async () => {
    await ask(`/?error=access_denied&state=${STATE}`);
    expect(await listener.answer).toMatchObject({ kind: 'refused', error: { code: 'SIGN_IN_REQUIRED' } });
    expect((await ask('/done')).text).toContain('Consent was refused');
  });

  it.each([
    ['GET', '/favicon.ico', 404],
    ['GET', '/', 404],
    ['GET', '/done', 404],
    ['GET', '//', 404],
    ['GET', `/callback?${RIGHT}`, 404],
    ['POST', `/?${RIGHT}`, 405],
    ['HEAD', `/?${RIGHT}`, 405],
    ['OPTIONS', '*', 405],
  ])('answers %s %s with %i, and waits on', async (method, path, status) => {
    expect(await ask(path, { method })).toMatchObject({ status });
    expect(await isAnswered()).toBe(false);
  });

  it.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1'])('does not answer as %s', async (host) => {
    expect(await ask(`/?${RIGHT}`, { headers: { host } })).toMatchObject({ status: 421 });
    expect(await isAnswered()).toBe(false);
  });

  it.each([
    [true, 'Signed in'],
    [false, 'Not signed in yet'],
  ])('tells the browser at the end whether it did sign in: %s', async (isSignedIn, title) => {
    const patient = await openListener({ state: STATE, clock: new ManualClock(), onForeign: () => undefined });
    const { origin } = patient.redirectUri;
    await sendTo(origin, `/?${RIGHT}`);
    const page = sendTo(origin, '/done');
    await patient.close(isSignedIn);
    expect(await page).toMatchObject({ status: 200, text: expect.stringContaining(`<h1>${title}</h1>`) as unknown });
  });

  it('ends also where the browser never asks for its last page', async () => {
    await ask(`/?${RIGHT}`);
    await listener.close(true);
    await expect(ask('/done')).rejects.toThrow();
  });
});
