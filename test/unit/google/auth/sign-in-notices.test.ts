import { beforeEach, describe, expect, it } from '@jest/globals';
import { LIBRARY_READ_SCOPE, PICKER_SCOPE, REMOVED_SCOPES } from '../../../../src/google/scopes.js';
import { SignInNotices } from '../../../../src/google/auth/sign-in-notices.js';
import type { SignIn } from '../../../../src/google/auth/sign-ins.js';
import { createLog } from '../../../../src/log.js';
import { Recorder } from '../../../support/log-lines.js';
import { ManualClock } from '../../../support/manual-clock.js';

const DAY_MS = 86_400_000;

let lines: Recorder;
let clock: ManualClock;
let notices: SignInNotices;

beforeEach(() => {
  lines = new Recorder();
  clock = new ManualClock();
  const log = createLog({ level: 'warn', destination: lines });
  notices = new SignInNotices({ scopes: [LIBRARY_READ_SCOPE], loginCommand: 'photodav login', clock, log });
});

const signIn = (over: Partial<SignIn>): SignIn => ({
  ...{ clientId: '1-a', clientSecret: 's3cret', account: 'ada', scopes: [LIBRARY_READ_SCOPE], grantedAtMs: 1 },
  ...over,
});

describe('what a sign-in lacks', () => {
  it('is named once, and again after a login that did not mend it', () => {
    const [removed = ''] = REMOVED_SCOPES;
    const lacking = signIn({ scopes: [PICKER_SCOPE, removed] });
    notices.see(lacking);
    notices.see(lacking);
    expect(lines.lines).toHaveLength(1);
    expect(lines.lines[0]).toMatchObject({ account: 'ada', missing: [LIBRARY_READ_SCOPE], removed: [removed] });
    expect(lines.lines[0]?.advice).toContain('photodav login');
    notices.see({ ...lacking, grantedAtMs: 2 });
    expect(lines.lines).toHaveLength(2);
  });

  it.each([
    ['all is there', [LIBRARY_READ_SCOPE, PICKER_SCOPE]],
    ['Google did not tell', []],
  ])('is nothing where %s', (_what, scopes) => {
    notices.see(signIn({ scopes }));
    expect(lines.lines).toEqual([]);
  });
});

describe('the end of a sign-in', () => {
  it('is told from two days before it, once a day', async () => {
    const dying = signIn({ refreshTokenEndsAtMs: clock.now() + 3 * DAY_MS });
    notices.see(dying);
    expect(lines.lines).toEqual([]);
    await clock.advance(DAY_MS + 1);
    notices.see(dying);
    notices.see(dying);
    expect(lines.lines).toHaveLength(1);
    expect(lines.lines[0]).toMatchObject({ account: 'ada', endsAt: '2026-01-18T12:00:00.000Z' });
    expect(lines.lines[0]?.advice).toMatch(/Publish app.*photodav login/);
    await clock.advance(DAY_MS);
    notices.see(dying);
    expect(lines.lines).toHaveLength(2);
  });
});
