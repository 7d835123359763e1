import { describe, expect, it } from '@jest/globals';
import { isOwnAddress, refuseLoop } from '../../../src/edge/loops.js';

describe("the gateway's address", () => {
  it.each([
    ['http://127.0.0.1:8009', ['http://127.0.0.1:8009/'], true],
    ['http://localhost:8009', ['http://127.0.0.1:8009/'], true],
    ['http://[::1]:8009', ['http://localhost:8009/'], true],
    ['http://127.0.0.1:8008', ['http://127.0.0.1:8009/'], false],
    ['http://192.168.1.5:8009', ['http://127.0.0.1:8009/'], false],
    ['http://192.168.1.5:8009', ['http://127.0.0.1:8009/', 'http://192.168.1.5:8009/'], true],
    ['http://photos.example', ['http://photos.example:80/'], true],
    ['https://photos.example', ['http://photos.example:8009/'], false],
  ])('%s against %j', (gateway, own, isOwn) => {
    expect(
      isOwnAddress(
        new URL(gateway),
        own.map((each) => new URL(each)),
      ),
    ).toBe(isOwn);
  });
});

describe('a request', () => {
  const sent = (via?: string) => () => refuseLoop({ headers: via === undefined ? {} : { via } });

  it.each(['1.1 photodav-proxy', '1.1 nginx, 1.1 photodav-proxy', 'HTTP/1.1 photodav-proxy (x)'])(
    'that came by %j is a loop',
    (via) => {
      expect(sent(via)).toThrow(expect.objectContaining({ status: 508 }));
    },
  );

  it.each([undefined, '1.1 nginx'])('that came by %j is none', (via) => {
    expect(sent(via)).not.toThrow();
  });
});
