import { expect, it } from '@jest/globals';
import { DEFAULT_PRODUCTS, POLICIES, POLICY_NAMES } from '../../../src/delivery/index.js';
import { setUp } from './stage.js';

it('makes each policy under the name of its kind', () => {
  const { context } = setUp();
  expect(POLICY_NAMES).toEqual(['native-proxy', 'proxy-url', 'redirect']);
  for (const name of POLICY_NAMES) {
    expect(POLICIES[name].name).toBe(name);
    expect(POLICIES[name].create({ ...context, proxyUrl: new URL('https://worker.example/') }).name).toBe(name);
  }
});

it('tells who is redirected by default', () => {
  expect(DEFAULT_PRODUCTS).toEqual(expect.arrayContaining(['rclone/', 'Lavf/', 'VLC/', 'Kodi']));
});
