import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { signPath } from '../../src/delivery/sign.js';
import { linkTo, startFakeGateway, type FakeGateway } from '../support/fake-gateway.js';
import { oddServer, type OddServer } from '../unit/google/wire.js';
import { makeHome, readyUrls, run, start, type Running } from './photodav.js';

const TOKEN = 'a-token-of-the-gateway';

let home: Awaited<ReturnType<typeof makeHome>>;
let gateway: FakeGateway;
let host: OddServer;
let running: Running | undefined;

beforeAll(async () => {
  home = await makeHome();
  host = await oddServer((_request, response) => response.writeHead(200, { 'content-length': '5' }).end('photo'));
  gateway = await startFakeGateway(() => linkTo(host.origin));
  await writeFile(join(home.path, 'link-token'), `${TOKEN}\n`);
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.outcome;
});
afterAll(async () => {
  await gateway.close();
  await host.close();
  await home.remove();
});

describe('photodav proxy', () => {
  it('follows links with a token from a file, says where it is, tells no secret, and ends well', async () => {
    const readyFile = join(home.path, 'ready');
    const where = ['--gateway', gateway.origin, '--allowed-hosts', '127.0.0.1', '--link-token-file', 'link-token'];
    const env = { PHOTODAV_PROXY_PORT: '0', PHOTODAV_LOG_LEVEL: 'debug' };
    running = start(home.path, ['proxy', ...where, '--ready-file', readyFile], env);
    const [url = ''] = await readyUrls(running, readyFile);
    const sign = signPath('/a b.jpg', Date.now() + 60_000, TOKEN);
    expect(await (await fetch(`${url}a%20b.jpg?sign=${sign}`)).text()).toBe('photo');
    expect((await fetch(`${url}a%20b.jpg?sign=x${sign}`)).status).toBe(403);
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.outcome;
    expect(code).toBe(0);
    expect(stdout).toContain(url);
    expect(stdout).toContain(gateway.origin);
    expect(stderr).toContain('"path":"/a%20b.jpg"');
    for (const secret of [TOKEN, sign, sign.slice(0, 20), host.origin]) expect(stdout + stderr).not.toContain(secret);
  });

  it('tells its options with their variables', async () => {
    const { code, stdout } = await run(home.path, ['proxy', '--help']);
    expect(code).toBe(0);
    const help = stdout.replace(/\s+/g, ' ');
    expect(help).toContain('(PHOTODAV_PROXY_PORT; default: 8009)');
    expect(help).toContain('--link-token-file <file>');
    expect(help).toContain('PHOTODAV_LINK_TOKEN');
    expect(help).not.toMatch(/--link-token /);
  });
});

describe('photodav proxy refuses, with exit code 2,', () => {
  const token = { PHOTODAV_LINK_TOKEN: TOKEN };
  const there = ['--gateway', 'http://127.0.0.1:8008'];
  it.each<[string, string[], Record<string, string>, string]>([
    ['no gateway', [], token, 'gateway is missing; set --gateway or PHOTODAV_GATEWAY'],
    ['no token', there, {}, 'linkToken is missing; set PHOTODAV_LINK_TOKEN'],
    ['an empty token', there, { PHOTODAV_LINK_TOKEN: '' }, 'the gateway keeps it as the file link-token'],
    ['a token too short', there, { PHOTODAV_LINK_TOKEN: 's3cret' }, 'at least 16'],
    ['no token, and no file of one', there, {}, '--link-token-file may name a file'],
    ['a token file that is not there', [...there, '--link-token-file', 'none'], {}, 'cannot be read'],
    ['such a file, and says where help is', [...there, '--link-token-file', 'none'], {}, 'docs/proxy.md says where'],
    ['a token as a flag', [...there, '--link-token', 's3cret-of-a-gateway'], {}, '--link-token-file'],
    ['a gateway with a user', ['--gateway', 'http://a:s3cret@127.0.0.1'], token, 'without a user'],
    ['a gateway that is none', ['--gateway', 'ftp://x'], token, 'begins with http:// or https://'],
    ['a gateway without a scheme', ['--gateway', 'localhost:8008'], token, 'begins with http:// or https://'],
    ['a port that is none', [...there, '--port', '99999'], token, 'proxy.port'],
    ['an idle timeout too short', [...there, '--idle-timeout', '1ms'], token, 'proxy.idleTimeout'],
    ['a misspelt variable', there, { ...token, PHOTODAV_PROXY_PROT: '1' }, 'did you mean PHOTODAV_PROXY_PORT?'],
    ['a misspelt flag', [...there, '--prot', '1'], token, 'did you mean --port?'],
  ])('%s', async (_what, args, env, told) => {
    const { code, stdout, stderr } = await run(home.path, ['proxy', ...args], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('s3cret');
  });
});
