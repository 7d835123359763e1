import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'jsonc-parser';
import { z } from 'zod';
import { jsonSchema } from '../../src/config/json-schema.js';
import { loadConfig } from '../../src/config/load.js';
import { OPTIONS } from '../../src/config/options.js';
import { exampleConfig, optionsTable } from '../../src/config/reference.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const account = { PHOTODAV_CLIENT_ID: '1-a', PHOTODAV_CLIENT_SECRET: 's', PHOTODAV_REFRESH_TOKEN: 'r' };
const system = { env: account, platform: 'linux', home: '/home/me', workingFolder: process.cwd() } as const;

// Both are written by `npm run docs`.
describe('what is derived from the schema', () => {
  it('config.example.json is up to date', () => {
    expect(read('config.example.json')).toBe(exampleConfig());
  });

  it('the table in docs/configuration.md is up to date', () => {
    expect(read('docs/configuration.md')).toContain(optionsTable());
  });
});

describe('config.example.json', () => {
  it('is refused as it is, once for each value that only its reader knows', async () => {
    const loading = loadConfig({ '--config': 'config.example.json' }, { ...system, env: {} });
    await expect(loading).rejects.toThrow(
      /3 faults\n.*clientId .* still the example's.*\n.*clientSecret .*\n.*refreshToken .*/,
    );
  });

  it('is a configuration that photodav takes with values of your own', async () => {
    const { values, origins } = await loadConfig({ '--config': 'config.example.json' }, system);
    expect(values.mounts[0].source).toBe('library');
    expect(origins.dataDir).toBe('file');
  });

  it('shows every option with a default, at its default', async () => {
    const { values } = await loadConfig({ '--config': 'config.example.json' }, system);
    const usual = await loadConfig({}, system);
    expect({ ...values, mounts: [] }).toEqual({ ...usual.values, mounts: [] });
    const { origins } = await loadConfig({ '--config': 'config.example.json' }, system);
    const shown = OPTIONS.filter(({ path, defaultText }) => defaultText !== undefined && !path.startsWith('users.'));
    for (const { path } of shown) expect(origins[path]).toBe('file');
  });
});

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(jsonSchema());
  const isTaken = (value: unknown) => schema.safeParse(value).success;

  it('takes config.example.json', () => {
    expect(isTaken(JSON.parse(exampleConfig()))).toBe(true);
  });

  it('takes every example of docs/configuration.md', () => {
    const examples = [...read('docs/configuration.md').matchAll(/```jsonc?\n([^]*?)```/g)].map(([, text = '']) => text);
    expect(examples.length).toBeGreaterThan(3);
    const hash = `${'a'.repeat(22)}$${'b'.repeat(43)}`;
    for (const text of examples) expect(isTaken(parse(text.replace('$…', () => `$${hash}`)))).toBe(true);
  });

  it.each<[string, object]>([
    ['where it is found itself', { $schema: './photodav.schema.json' }],
    ['users', { users: [{ name: 'ann', passwordHash: `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}` }] }],
    [
      'several mounts',
      { mounts: [{}, { path: '/b', source: 'library', tokenFile: 't' }, { path: '/c', source: 'demo' }] },
    ],
    ['no TLS', { server: { tls: null } }],
  ])('takes %s', (_, value) => {
    expect(isTaken(value)).toBe(true);
  });

  it.each<[string, object]>([
    ['a misspelt key', { server: { prot: 1 } }],
    ['a time without a unit', { catalog: { ttl: '300' } }],
    ['an option of another source', { mounts: [{ source: 'demo', token: 't' }] }],
    ['an unknown layout', { mounts: [{ layout: 'x' }] }],
    ['a user without a password', { users: [{ name: 'ann' }] }],
    ['a port as text', { server: { port: '80' } }],
  ])('refuses %s', (_, value) => {
    expect(isTaken(value)).toBe(false);
  });

  it('describes every option', () => {
    const text = JSON.stringify(jsonSchema());
    for (const { description } of OPTIONS) expect(text).toContain(JSON.stringify(description).slice(1, -1));
  });
});
