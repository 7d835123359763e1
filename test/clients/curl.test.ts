import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curl, type CurlAnswer } from '../support/curl.js';
import { describeClient } from '../support/clients.js';
import { FAST_START, VIDEO_ALBUM } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';

const HOUR_MS = 3_600_000;

let stage: Stage;
let file: string;
let content: Buffer;
let etag: string;
let modified: string;

const ask = (...options: string[]): Promise<CurlAnswer> => curl(...options, file);

describeClient('curl', { commands: ['curl'], packages: ['curl'] }, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    file = `${stage.program.url}/Albums/${VIDEO_ALBUM}/${FAST_START}`;
    const fact = stage.facts.files.find(({ filename }) => filename === FAST_START)!;
    content = await readFile(join(stage.facts.folder, fact.path));
    const { headers } = await ask('--head');
    etag = headers.etag!;
    modified = headers['last-modified']!;
  }, 60_000);
  afterAll(() => stage.close());

  it('downloads a whole file', async () => {
    const { status, headers, body } = await ask();
    expect({ status, length: headers['content-length'] }).toEqual({ status: 200, length: `${content.length}` });
    expect(createHash('sha256').update(body).digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('is given a strong tag, a date, the type and the length', async () => {
    const { status, headers, body } = await ask('--head');
    expect({ status, headers, body: body.length }).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'video/mp4',
        'content-length': `${content.length}`,
        'accept-ranges': 'bytes',
        etag: expect.stringMatching(/^"[\x21\x23-\x7e]+"$/) as unknown as string,
        'last-modified': 'Sat, 20 Jul 2024 20:15:00 GMT',
        'x-content-type-options': 'nosniff',
      },
      body: 0,
    });
    expect(headers['cache-control']).toContain('private');
  });

  describe('asks for a range', () => {
    const size = (): number => content.length;
    it.each<[string, () => string, () => [first: number, last: number] | undefined]>([
      ['the first byte', () => '0-0', () => [0, 0]],
      ['from the start', () => '0-', () => [0, size() - 1]],
      ['the middle', () => '1000-1999999', () => [1000, 1_999_999]],
      ['from the middle on', () => '20000000-', () => [20_000_000, size() - 1]],
      ['the last hundred', () => '-100', () => [size() - 100, size() - 1]],
      ['more than all from the end', () => `-${size() + 5}`, () => [0, size() - 1]],
      ['the last byte', () => `${size() - 1}-`, () => [size() - 1, size() - 1]],
      ['past the end, begun before', () => `${size() - 2}-99999999999`, () => [size() - 2, size() - 1]],
      ['two that overlap', () => '0-99,50-199', () => [0, 199]],
      ['beyond the end', () => '99999999999-', () => undefined],
      ['at the very end', () => `${size()}-`, () => undefined],
    ])('%s', async (_, range, expected) => {
      const { status, headers, body } = await ask('-H', `Range: bytes=${range()}`);
      const part = expected();
      if (part === undefined) {
        expect({ status, range: headers['content-range'] }).toEqual({ status: 416, range: `bytes */${size()}` });
        return;
      }
      const [first, last] = part;
      expect({
        status,
        range: headers['content-range'],
        length: headers['content-length'],
        etag: headers.etag,
      }).toEqual({
        status: 206,
        range: `bytes ${first}-${last}/${size()}`,
        length: `${last - first + 1}`,
        etag,
      });
      expect(body.equals(content.subarray(first, last + 1))).toBe(true);
    });

    it.each([
      ['reversed', 'bytes=9-2'],
      ['of an unknown unit', 'items=0-1'],
    ])('%s, and is sent the whole file', async (_, range) => {
      const { status, body } = await ask('-H', `Range: ${range}`);
      expect({ status, length: body.length }).toEqual({ status: 200, length: size() });
    });

    it('two hundred at once, and is sent one part or the whole', async () => {
      const before = stage.emulator.counters()['media.video'] ?? 0;
      const many = Array.from({ length: 200 }, (_, index) => `${index * 2}-${index * 2}`).join();
      const { status, headers } = await ask('-H', `Range: bytes=${many}`);
      expect([200, 206]).toContain(status);
      expect(headers['content-type']).toBe('video/mp4');
      expect((stage.emulator.counters()['media.video'] ?? 0) - before).toBeLessThanOrEqual(1);
    });
  });

  describe('asks on a condition', () => {
    const later = (): string => new Date(Date.parse(modified) + HOUR_MS).toUTCString();
    const earlier = (): string => new Date(Date.parse(modified) - HOUR_MS).toUTCString();
    it.each<[string, () => Record<string, string>, number]>([
      ['If-None-Match with the tag', () => ({ 'If-None-Match': etag }), 304],
      ['If-None-Match with the weak tag', () => ({ 'If-None-Match': `W/${etag}` }), 304],
      ['If-None-Match with anything', () => ({ 'If-None-Match': '*' }), 304],
      ['If-None-Match with another tag', () => ({ 'If-None-Match': '"other"' }), 200],
      ['If-Modified-Since the date', () => ({ 'If-Modified-Since': modified }), 304],
      ['If-Modified-Since an hour before', () => ({ 'If-Modified-Since': earlier() }), 200],
      ['another tag and the date', () => ({ 'If-None-Match': '"other"', 'If-Modified-Since': modified }), 200],
      ['If-Match with the tag', () => ({ 'If-Match': etag, Range: 'bytes=5-9' }), 206],
      ['If-Match with the weak tag, as VLC', () => ({ 'If-Match': `W/${etag}`, Range: 'bytes=5-9' }), 206],
      ['If-Match with another tag', () => ({ 'If-Match': '"other"', Range: 'bytes=5-9' }), 412],
      ['If-Unmodified-Since an hour later', () => ({ 'If-Unmodified-Since': later(), Range: 'bytes=5-9' }), 206],
      ['If-Unmodified-Since an hour before', () => ({ 'If-Unmodified-Since': earlier() }), 412],
      ['If-Range with the tag', () => ({ 'If-Range': etag, Range: 'bytes=0-9' }), 206],
      ['If-Range with the date', () => ({ 'If-Range': modified, Range: 'bytes=0-9' }), 206],
      ['If-Range with the weak tag', () => ({ 'If-Range': `W/${etag}`, Range: 'bytes=0-9' }), 200],
      ['If-Range with another tag', () => ({ 'If-Range': '"stale"', Range: 'bytes=0-9' }), 200],
      ['If-Range with a later date', () => ({ 'If-Range': later(), Range: 'bytes=0-9' }), 200],
    ])('%s', async (_, headers, expected) => {
      const given = Object.entries(headers()).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      const { status, body } = await ask(...given);
      expect(status).toBe(expected);
      if (expected === 200) expect(body.length).toBe(content.length);
      if (expected === 304) expect(body.length).toBe(0);
    });

    it('is told the tag with a 304', async () => {
      const { headers } = await ask('-H', `If-None-Match: ${etag}`);
      expect(headers).toMatchObject({ etag, 'last-modified': modified });
    });
  });
});
