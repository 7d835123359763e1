import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';
import { createLog } from '../../../src/log.js';
import { createEndpoints } from '../../../src/web/endpoints.js';

describe('what is beside WebDAV', () => {
  let server: HttpServer;
  let origin: string;
  let refreshed: number;

  beforeEach(async () => {
    refreshed = 0;
    const answer = createEndpoints({
      basePath: '/photos',
      refresh: () => (refreshed++ < 2 ? 0 : 42),
      sendMetrics: (_request, response) => Promise.resolve(void response.end('counted')),
    });
    server = createHttpServer({
      async handle(request, response) {
        if (!(await answer(request, response, undefined))) response.end('WebDAV');
      },
      allowedHosts: [],
      log: createLog({ level: 'silent' }),
    });
    const [url] = await server.listen('127.0.0.1', 0);
    origin = url!.origin;
  });
  afterEach(() => server.close(0));

  const post = (headers: Record<string, string> = {}, path = '/photos/.photodav/refresh', method = 'POST') =>
    fetch(origin + path, { method, headers });

  it('takes POST from a program, and from a page of this server', async () => {
    expect((await post()).status).toBe(202);
    expect((await post({ origin, 'sec-fetch-site': 'same-origin' })).status).toBe(202);
    expect(refreshed).toBe(2);
  });

  it('says when to come back to who asks too often', async () => {
    await post();
    await post();
    const answer = await post();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '42']);
  });

  it.each([
    ['the page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['a page without an address', { origin: 'null' }],
    ['another site in an old browser', { origin: 'https://evil.example' }],
  ])('refuses %s', async (_, headers) => {
    expect((await post(headers)).status).toBe(403);
    expect(refreshed).toBe(0);
  });

  it('says that POST is needed', async () => {
    const answer = await post({}, '/photos/.photodav/refresh', 'GET');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
    expect(refreshed).toBe(0);
  });

  it('tells what is counted to GET and HEAD alone', async () => {
    const path = '/photos/.photodav/metrics';
    expect(await (await post({}, path, 'GET')).text()).toBe('counted');
    expect((await post({}, path, 'HEAD')).status).toBe(200);
    const refused = await post({}, path);
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'OPTIONS, GET, HEAD']);
  });

  it.each([
    ['/photos/.photodav/nothing', 404],
    ['/photos/.photodav/', 404],
  ])('has nothing at %s', async (path, status) => {
    expect((await post({}, path)).status).toBe(status);
  });

  it.each(['/.photodav/refresh', '/photos/x/.photodav', '/photos/'])('leaves %s to WebDAV', async (path) => {
    expect(await (await post({}, path)).text()).toBe('WebDAV');
  });
});
