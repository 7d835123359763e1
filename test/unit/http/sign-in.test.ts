import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../../../src/errors.js';
import { createSignIn, type User } from '../../../src/http/sign-in.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { basic } from '../../support/users.js';

const MINUTE_MS = 60_000;

/** One look at a password, held until the test lets it go on. */
interface Look {
  readonly password: string;
  readonly hash: string;
  readonly settle: () => void;
}

/** A hash that says which password it is of, for looks that cost nothing. */
const hashOf = (password: string): string => `hash of ${password}`;

const ANA: User = { name: 'ana', passwordHash: hashOf('secret'), access: 'read' };
const BEN: User = { name: 'b\u00e9n', passwordHash: hashOf('other'), mounts: ['/ben'], access: 'read' };

function start({ isHeld = false }: { isHeld?: boolean } = {}) {
  const clock = new ManualClock();
  const recorder = new Recorder();
  const looks: Look[] = [];
  const current = { users: [ANA, BEN] as readonly User[] };
  const signIn = createSignIn({
    users: () => Promise.resolve(current.users),
    clock,
    log: createLog({ level: 'debug', destination: recorder }),
    verify: (password, hash) =>
      new Promise((resolve) => {
        const look = { password, hash, settle: () => resolve(hash === hashOf(password)) };
        looks.push(look);
        if (!isHeld) look.settle();
      }),
  });
  const check = (name: string, password: string, address?: string) =>
    signIn.check(requestWith(basic(name, password), address));
  return { signIn, check, looks, clock, current, lines: recorder.lines };
}

function requestWith(authorization: string, remoteAddress = '192.0.2.7'): IncomingMessage {
  const request: Pick<IncomingMessage, 'headers' | 'rawHeaders'> & { socket: object } = {
    headers: { authorization },
    rawHeaders: ['Authorization', authorization],
    socket: { remoteAddress },
  };
  return request as IncomingMessage;
}

const toldOf = (checked: Promise<User>) =>
  checked.then(
    () => 'in',
    (error: unknown) => (error instanceof AppError ? [error.status, error.retryAfterSeconds] : error),
  );

const REFUSED = { code: 'NOT_SIGNED_IN', status: 401, message: 'the name or the password is wrong' };

describe('sign-in', () => {
  it.each([
    ['by name', 'ana', 'secret', ANA],
    ['by a name in the other Unicode form', 'be\u0301n', 'other', BEN],
    ['by a name that Windows put its domain before', 'HOME\\ana', 'secret', ANA],
    ['by a name behind a lone backslash', '\\ana', 'secret', ANA],
  ])('knows a user %s', async (_, name, password, user) => {
    await expect(start().check(name, password)).resolves.toBe(user);
  });

  it('takes a name with a backslash as it is, before it looks for a domain in it', async () => {
    const { check, current } = start();
    const odd: User = { name: 'HOME\\ana', passwordHash: hashOf('odd'), access: 'read' };
    current.users = [ANA, odd];
    await expect(check('HOME\\ana', 'odd')).resolves.toBe(odd);
    await expect(check('HOME\\ana', 'secret')).rejects.toMatchObject(REFUSED);
  });

  it.each([
    ['a wrong password', 'ana', 'Secret'],
    ['an empty password', 'ana', ''],
    ["another user's password", 'ana', 'other'],
    ['an unknown name', 'eve', 'secret'],
    ['an empty name', '', 'secret'],
    ['another case', 'Ana', 'secret'],
    ['constructor', 'constructor', ''],
    ['__proto__', '__proto__', ''],
    ['toString', 'toString', 'secret'],
    ['hasOwnProperty', 'hasOwnProperty', 'undefined'],
    ['the domain alone', 'ana\\', 'secret'],
  ])('refuses %s, at the cost of one look', async (_, name, password) => {
    const { check, looks } = start();
    await expect(check(name, password)).rejects.toMatchObject(REFUSED);
    expect(looks).toHaveLength(1);
  });

  it('looks for a name that nobody has as long as for a wrong password: at a whole hash of the same cost', async () => {
    const { check, looks } = start();
    await expect(check('eve', 'secret')).rejects.toMatchObject(REFUSED);
    expect(looks[0]!.hash).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
  });

  it.each(['', 'Basic', 'Basic Y29uc3RydWN0b3I=', 'Bearer YW5hOnNlY3JldA=='])(
    'asks for a name and a password when "%s" is sent, without a look',
    async (header) => {
      const { signIn, looks } = start();
      await expect(signIn.check(requestWith(header))).rejects.toMatchObject({ code: 'NOT_SIGNED_IN', status: 401 });
      expect(looks).toHaveLength(0);
    },
  );
});

describe('a password that was looked at', () => {
  it('is known for a minute from its last use, right or wrong', async () => {
    const { check, looks, clock } = start();
    for (let minute = 0; minute < 5; minute++) {
      await check('ana', 'secret');
      await expect(check('ana', 'stale')).rejects.toMatchObject(REFUSED);
      await clock.advance(MINUTE_MS - 1);
    }
    expect(looks).toHaveLength(2);
    await clock.advance(2);
    await check('ana', 'secret');
    await expect(check('ana', 'stale')).rejects.toMatchObject(REFUSED);
    expect(looks).toHaveLength(4);
  });

  it('is of one name only, known or not', async () => {
    const { check, looks } = start();
    for (const name of ['eve', 'mallory', 'ana', 'b\u00e9n']) {
      await expect(check(name, 'guess')).rejects.toMatchObject(REFUSED);
    }
    expect(looks).toHaveLength(4);
  });

  it('ends with the user, and with the password, at once', async () => {
    const { check, current } = start();
    await check('ana', 'secret');
    current.users = [{ ...ANA, passwordHash: hashOf('changed') }];
    await expect(check('ana', 'secret')).rejects.toMatchObject(REFUSED);
    await expect(check('ana', 'changed')).resolves.toMatchObject({ name: 'ana' });
    current.users = [];
    await expect(check('ana', 'changed')).rejects.toMatchObject(REFUSED);
  });

  it('becomes right at once when the user is given it', async () => {
    const { check, current } = start();
    await expect(check('eve', 'new')).rejects.toMatchObject(REFUSED);
    current.users = [{ name: 'eve', passwordHash: hashOf('new'), access: 'read' }];
    await expect(check('eve', 'new')).resolves.toMatchObject({ name: 'eve' });
  });

  it('brings what the user may see now', async () => {
    const { check, current } = start();
    await check('ana', 'secret');
    current.users = [{ ...ANA, mounts: ['/family'] }];
    await expect(check('ana', 'secret')).resolves.toMatchObject({ mounts: ['/family'] });
  });

  it('is not forgotten for a flood of wrong ones', async () => {
    const { check, looks } = start();
    await check('ana', 'secret');
    for (let guess = 0; guess < 1500; guess++) await expect(check('ana', `guess ${guess}`)).rejects.toThrow();
    const before = looks.length;
    await check('ana', 'secret');
    expect(looks).toHaveLength(before);
  });

  it('is nowhere in the log, and a refusal is there once', async () => {
    const { check, lines } = start();
    await check('ana', 'secret');
    for (let n = 0; n < 3; n++) await expect(check('ana', 'hush-hush')).rejects.toThrow();
    expect(lines).toEqual([expect.objectContaining({ level: 30, address: '192.0.2.7', msg: 'a sign-in is refused' })]);
    expect(JSON.stringify(lines)).not.toMatch(/secret|hush|ana/);
  });
});

describe('passwords that come at once', () => {
  it('are looked at once if they are the same', async () => {
    const { check, looks } = start({ isHeld: true });
    const checks = Promise.all(Array.from({ length: 20 }, () => check('ana', 'secret')));
    await settle();
    expect(looks).toHaveLength(1);
    looks[0]!.settle();
    await expect(checks).resolves.toEqual(Array.from({ length: 20 }, () => ANA));
  });

  it('are looked at two at a time, in turn, and beyond a queue told to come again', async () => {
    const { check, looks } = start({ isHeld: true });
    const outcomes = Array.from({ length: 50 }, (_, n) => toldOf(check(`user ${n}`, `guess ${n}`)));
    await settle();
    expect(looks).toHaveLength(2);
    for (let n = 0; n < 34; n++) {
      expect(looks.map(({ password }) => password).slice(n)).toEqual(
        [n, n + 1].filter((each) => each < 34).map((each) => `guess ${each}`),
      );
      looks[n]!.settle();
      await settle();
    }
    const told = await Promise.all(outcomes);
    expect(told.slice(0, 34)).toEqual(Array.from({ length: 34 }, () => [401, undefined]));
    expect(told.slice(34)).toEqual(Array.from({ length: 16 }, () => [503, 2]));
    expect(looks).toHaveLength(34);
  });

  it('for one name at one address are six at most, and delay nobody else by more than a turn', async () => {
    const { check, looks } = start({ isHeld: true });
    const guesses = Array.from({ length: 50 }, (_, n) => toldOf(check('ana', `guess ${n}`, '2001:db8::1')));
    const neighbour = check('b\u00e9n', 'other', '2001:db8::2');
    const stranger = check('ana', 'secret', '2001:db8:0:1::1');
    for (let n = 0; n < 8; n++) {
      await settle();
      looks[n]!.settle();
    }
    expect(looks.map(({ password }) => password)).toEqual([
      'guess 0',
      'guess 1',
      // Addresses take turns, and at one address the names.
      'guess 2',
      'secret',
      'other',
      'guess 3',
      'guess 4',
      'guess 5',
    ]);
    await expect(neighbour).resolves.toBe(BEN);
    await expect(stranger).resolves.toBe(ANA);
    expect((await Promise.all(guesses)).filter((told) => String(told) === '503,2')).toHaveLength(44);
  });

  it('are told in the log once a minute when they are too many, with their number', async () => {
    const { check, clock, lines } = start({ isHeld: true });
    const warnings = () => lines.filter(({ level }) => level === 40).map(({ refused, msg }) => [refused, msg]);
    const message = 'more passwords are tried than can be checked: somebody may be guessing';
    for (let n = 0; n < 26; n++) void toldOf(check('ana', `guess ${n}`));
    await settle();
    expect(warnings()).toEqual([[1, message]]);
    await clock.advance(MINUTE_MS - 1);
    await toldOf(check('ana', 'late'));
    expect(warnings()).toHaveLength(1);
    await clock.advance(1);
    await toldOf(check('ana', 'later'));
    expect(warnings()).toEqual([
      [1, message],
      [21, message],
    ]);
  });

  it('do not keep out whoever is known', async () => {
    const { check, looks } = start({ isHeld: true });
    const first = check('ana', 'secret');
    await settle();
    looks[0]!.settle();
    await first;
    const guesses = Array.from({ length: 50 }, (_, n) => check('ana', `guess ${n}`).catch(() => undefined));
    await expect(check('ana', 'secret')).resolves.toBe(ANA);
    for (let n = 1; n <= 6; n++) {
      await settle();
      looks[n]!.settle();
    }
    await Promise.all(guesses);
  });

  it('go on after one that could not be looked at', async () => {
    let isBroken = true;
    const signIn = createSignIn({
      users: () => Promise.resolve([ANA]),
      clock: new ManualClock(),
      log: createLog({ level: 'silent' }),
      verify: () => (isBroken ? Promise.reject(new Error('no memory')) : Promise.resolve(true)),
    });
    const request = requestWith(basic('ana', 'secret'));
    for (let n = 0; n < 5; n++) await expect(signIn.check(request)).rejects.toThrow('no memory');
    isBroken = false;
    await expect(signIn.check(request)).resolves.toBe(ANA);
  });
});
