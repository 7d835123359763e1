import { describe, expect, it } from '@jest/globals';
import { checkedFolder, defaultFolder } from '../../../src/app/picks/folder.js';

describe('the folder of a pick', () => {
  it.each([
    ['UTC', 'Picked 2026-11-21'],
    ['Pacific/Auckland', 'Picked 2026-11-22'],
    ['America/Los_Angeles', 'Picked 2026-11-21'],
  ])('is named by the day in %s where no name is given', (timeZone, name) => {
    expect(defaultFolder(Date.UTC(2026, 10, 21, 18), timeZone)).toBe(name);
  });

  it.each([
    ['Summer', 'Summer'],
    [' Travel / Rome ', 'Travel/Rome'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%j is %j', (written, folder) => {
    expect(checkedFolder(written)).toBe(folder);
  });

  it.each(['', '  ', 'a//b', '/a', 'a/', '.', 'a/..', 'a\nb', 'x'.repeat(256), 'ü'.repeat(128), 'a/'.repeat(10) + 'a'])(
    '%j is none',
    (written) => {
      expect(() => checkedFolder(written)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    },
  );
});
