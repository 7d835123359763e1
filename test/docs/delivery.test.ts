import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { REDIRECT_CLIENTS } from '../../src/delivery/clients.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/delivery.md', import.meta.url)), 'utf8');

it('docs/delivery.md has every client that is redirected, and when', () => {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const told = rows.flatMap(([, , products = '', proxyUrl, redirect, version = '']) =>
    [...products.matchAll(/`([^`]+)`/g)].map(([, product]) => ({ product, proxyUrl, redirect, version })),
  );
  for (const { product, measured, keepsTarget } of REDIRECT_CLIENTS) {
    const version = measured.split(' ').at(-1);
    const redirect = keepsTarget === true ? 'streamed' : 'redirected';
    expect(told).toContainEqual({ product, proxyUrl: 'redirected', redirect, version });
  }
  expect(told.filter(({ proxyUrl }) => proxyUrl === 'redirected')).toHaveLength(REDIRECT_CLIENTS.length);
});
