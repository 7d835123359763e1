import { describe, expect, it } from '@jest/globals';
import { whoseSignIn, type Choice } from '../../../src/app/sign-in/whose.js';
import type { Config, Mount } from '../../../src/config/schema.js';
import { LIBRARY_READ_SCOPE, PICKER_SCOPE } from '../../../src/google/scopes.js';

const A = { clientId: '1-a', clientSecret: 'GOCSPX-a' };
const B = { clientId: '2-b', clientSecret: 'GOCSPX-b' };
const DEMO = mount('/demo', 'demo');

function mount(path: string, source: Mount['source'], options: object = {}): Mount {
  return { path, source, options } as Mount;
}

const whose = (mounts: readonly Mount[], choice: Choice = {}) => {
  return whoseSignIn({ mounts: mounts as Config['mounts'] }, choice);
};

describe('whose sign-in', () => {
  it('is that of the only mount, for exactly what its source needs', () => {
    const only = mount('/', 'library', A);
    expect(whose([DEMO, only])).toEqual({ mounts: [only], account: 'default', ...A, scopes: [LIBRARY_READ_SCOPE] });
  });

  it('is shared by mounts of one client and account, whose scopes are asked for together', () => {
    const mounts = [mount('/l', 'library', A), mount('/p', 'picker', A), mount('/q', 'picker', A)];
    expect(whose(mounts)).toMatchObject({ mounts, scopes: [LIBRARY_READ_SCOPE, PICKER_SCOPE] });
  });

  it('gives a mount without a client that of the others with its account', () => {
    const mounts = [mount('/p', 'picker'), mount('/l', 'library', A)];
    expect(whose(mounts, { mount: mounts[0]! })).toMatchObject({ ...A, mounts });
  });

  it('guesses no client where the others have several', () => {
    const mounts = [mount('/p', 'picker'), mount('/a', 'library', A), mount('/b', 'library', B)];
    expect(whose(mounts, { mount: mounts[0]! })).toEqual({
      ...{ mounts: [mounts[0]], account: 'default', scopes: [PICKER_SCOPE] },
    });
  });

  it('is that of the account that is named', () => {
    const mounts = [mount('/a', 'library', A), mount('/b', 'library', { ...A, account: 'mother' })];
    expect(whose(mounts, { account: 'mother' })).toMatchObject({ account: 'mother', mounts: [mounts[1]] });
  });

  it('may be that of another account for the only mount', () => {
    expect(whose([mount('/', 'library', A)], { account: 'mother' })).toMatchObject({ account: 'mother', ...A });
  });

  it.each<[string, readonly Mount[], Choice, string]>([
    ['every mount shows the demo', [DEMO], {}, 'nobody signs in'],
    ['the mount shows the demo', [DEMO, mount('/l', 'library')], { mount: DEMO }, 'nobody signs in for /demo'],
    ['no mount has the account', [mount('/a', 'library', A), mount('/b', 'picker')], { account: 'x' }, 'no mount has'],
    ['several could be meant', [mount('/a', 'library', A), mount('/b', 'library', B)], {}, 'several mounts'],
    [
      'mount and account contradict each other',
      [mount('/a', 'library', A)],
      { mount: mount('/a', 'library', A), account: 'x' },
      'the account of /a is default',
    ],
  ])('is refused where %s', (_what, mounts, choice, message) => {
    expect(() => whose(mounts, choice)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => whose(mounts, choice)).toThrow(message);
  });
});
