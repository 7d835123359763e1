import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from '../../../src/edge/gateway.js';
import { SYSTEM_CLOCK } from '../../../src/clock.js';
import { AppError } from '../../../src/errors.js';
import { Transport } from '../../../src/google/transport.js';
import { linkTo, noLink, startFakeGateway, type FakeGateway, type GatewayAnswer } from '../../support/fake-gateway.js';

const TOKEN = 'a-token-of-the-gateway';
const URL_OF_BYTES = 'https://lh3.googleusercontent.com/secret=d';

let transport: Transport;
let running: FakeGateway[];

beforeEach(() => {
  transport = new Transport({}, { connectMs: 1000, headersMs: 500, bodyMs: 500 });
  running = [];
});
afterEach(async () => {
  await transport.close();
  await Promise.all(running.map((each) => each.close()));
});

async function gatewayThat(answer: GatewayAnswer): Promise<{ gateway: Gateway; fake: FakeGateway }> {
  const fake = await startFakeGateway(() => answer);
  running.push(fake);
  return { gateway: at(fake.origin), fake };
}

function at(address: string): Gateway {
  return new Gateway({ gateway: new URL(address), linkToken: TOKEN, transport, clock: SYSTEM_CLOCK });
}

async function failureOf(gateway: Gateway): Promise<AppError> {
  const error = await gateway.link('/a.jpg').catch((caught: unknown) => caught);
  if (error instanceof AppError) return error;
  throw new Error('no AppError was thrown');
}

it('is asked as AList is, with the token and the path', async () => {
  const { gateway, fake } = await gatewayThat(linkTo(URL_OF_BYTES));
  await gateway.link('/Albums/Été/a #1.jpg');
  const [{ method, target, headers, body } = {} as never] = fake.requests;
  expect({ method, target, authorization: headers.authorization }).toEqual({
    method: 'POST',
    target: '/api/fs/link',
    authorization: TOKEN,
  });
  expect(JSON.parse(body)).toEqual({ path: '/Albums/Été/a #1.jpg' });
});

it('is told when a link was refused, so that it gives another', async () => {
  const { gateway, fake } = await gatewayThat(linkTo(URL_OF_BYTES));
  await gateway.link('/a.jpg', true);
  expect(JSON.parse(fake.requests[0]!.body)).toEqual({ path: '/a.jpg', refresh: true });
});

it('may stand below a path', async () => {
  const { fake } = await gatewayThat(linkTo(URL_OF_BYTES));
  await at(`${fake.origin}/photos`).link('/a.jpg');
  expect(fake.requests[0]?.target).toBe('/photos/api/fs/link');
});

it('gives the address with its headers, but for those of the message', async () => {
  const header = { Authorization: ['Bearer x'], Cookie: ['a=1', 'b=2'], Host: ['evil.example'], Connection: ['close'] };
  const { gateway } = await gatewayThat(linkTo(URL_OF_BYTES, { header }));
  expect(await gateway.link('/a.jpg')).toMatchObject({
    url: URL_OF_BYTES,
    headers: { authorization: 'Bearer x', cookie: 'a=1, b=2' },
  });
});

it.each([
  ['no max-age', linkTo(URL_OF_BYTES), 300_000],
  ['a max-age', linkTo(URL_OF_BYTES, { maxAge: 60 }), 60_000],
  ['a max-age beyond the life of a base URL', linkTo(URL_OF_BYTES, { maxAge: 86_400 }), 3_000_000],
  ['a max-age of nothing', linkTo(URL_OF_BYTES, { maxAge: 0 }), 0],
])('with %s says how long a link is good', async (_what, answer, lifeMs) => {
  const { gateway } = await gatewayThat(answer);
  expect(await gateway.link('/a.jpg')).toMatchObject({ lifeMs });
});

describe('without a link', () => {
  it.each([
    ['404', noLink(404), 'NOT_FOUND', 404],
    ['410', noLink(410), 'GONE', 410],
    ['404 under a 200, as AList says it', noLink(404, {}, 200), 'NOT_FOUND', 404],
    ['400, as for a folder', noLink(400), 'NOT_FOUND', 404],
    ['401', noLink(401), 'SOURCE_UNAVAILABLE', 502],
    ['403', noLink(403), 'BAD_REQUEST', 403],
    ['500', noLink(500), 'SOURCE_UNAVAILABLE', 502],
    ['500 under a 200', noLink(500, {}, 200), 'SOURCE_UNAVAILABLE', 502],
    ['a redirect', { status: 302, headers: { Location: 'http://evil.example/' }, body: '' }, 'SOURCE_UNAVAILABLE', 502],
    ['a page', { body: '<html>' }, 'SOURCE_UNAVAILABLE', 502],
    ['a link to no web address', linkTo('file:///etc/passwd'), 'SOURCE_UNAVAILABLE', 502],
    ['success and nothing with it', { body: { code: 200, data: null } }, 'SOURCE_UNAVAILABLE', 502],
    ['more than a link can be', { body: 'x'.repeat(100_000) }, 'SOURCE_UNAVAILABLE', 502],
  ] as const)('%s is told with the right status', async (_what, answer, code, status) => {
    const { gateway } = await gatewayThat(answer);
    expect(await failureOf(gateway)).toMatchObject({ code, status });
  });

  it('a wrong token is told with where the right one is', async () => {
    const { gateway } = await gatewayThat(noLink(401));
    expect((await failureOf(gateway)).advice).toContain('link-token');
  });

  it.each([
    [404, 'server.basePath'],
    [405, 'http:// or https://'],
    [401, 'proxy-url'],
    [421, 'server.basePath'],
    [301, 'redirects to'],
  ])('%d of another program is told with what to look at', async (status, advice) => {
    const { gateway } = await gatewayThat({ status, body: '<html>' });
    const failure = await failureOf(gateway);
    expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', status: 502 });
    expect(failure.advice).toContain(advice);
  });

  it('503 is passed on with its Retry-After', async () => {
    const { gateway } = await gatewayThat(noLink(503, { 'Retry-After': '1234' }));
    expect(await failureOf(gateway)).toMatchObject({ status: 503, retryAfterSeconds: 1234 });
  });

  it('and without a gateway, waiting helps, and no error tells the address', async () => {
    const fake = await startFakeGateway(() => linkTo(URL_OF_BYTES));
    await fake.close();
    const failure = await failureOf(at(fake.origin));
    expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', status: 502, waitHelps: true });
    expect(failure.message).toBe('the gateway cannot be reached (ECONNREFUSED)');
  });
});
