import { describe, expect, it } from '@jest/globals';
import { MediaHosts } from '../../../../src/google/media/media-hosts.js';

const RANGE = { first: 0, last: 0 };

describe('what is known of hosts', () => {
  it('is the last that was learned', () => {
    const hosts = new MediaHosts();
    expect(hosts.honoursRange('a')).toBeUndefined();
    hosts.learnRange('a', RANGE, 206);
    expect(hosts.honoursRange('a')).toBe(true);
    hosts.learnRange('a', RANGE, 200);
    expect(hosts.honoursRange('a')).toBe(false);
  });

  it('is forgotten of the first of more than a hundred', () => {
    const hosts = new MediaHosts();
    for (let i = 0; i <= 100; i++) {
      hosts.learnRange(`r${i}`, RANGE, 206);
      hosts.rememberNoHead(`r${i}`);
    }
    expect([hosts.honoursRange('r0'), hosts.refusesHead('r0')]).toEqual([undefined, false]);
    expect([hosts.honoursRange('r1'), hosts.refusesHead('r1')]).toEqual([true, true]);
    hosts.learnRange('r1', RANGE, 200);
    expect(hosts.honoursRange('r2')).toBe(true);
  });
});
