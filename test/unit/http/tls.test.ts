import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTls } from '../../../src/http/tls.js';
import { createLog } from '../../../src/log.js';
import { makeCertificate, type Certificate } from '../../support/certificate.js';
import { makeTempFolder } from '../../support/clients.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';

const START = Date.UTC(2026, 0, 15, 12);
const DAY_MS = 86_400_000;

let folder: string;
let own: Certificate;
let other: Certificate;
beforeAll(async () => {
  folder = await makeTempFolder();
  const dates = { validFrom: new Date(START - DAY_MS), validTo: new Date(START + DAY_MS) };
  [own, other] = await Promise.all([makeCertificate(dates), makeCertificate(dates)]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(cert: string | Buffer, key: string | Buffer, now = START) {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  const recorder = new Recorder();
  const log = createLog({ level: 'debug', destination: recorder });
  return { tls: await readTls({ certFile, keyFile }, { clock: new ManualClock(now), log }), lines: recorder.lines };
}

describe('the files of TLS', () => {
  it('are given as they are, without a word', async () => {
    const { tls, lines } = await read(own.cert, own.key);
    expect({ cert: tls.cert.toString(), key: tls.key.toString() }).toEqual(own);
    expect(lines).toEqual([]);
  });

  it('may hold the chain behind the certificate', async () => {
    const { tls } = await read(`${own.cert}\n${other.cert}`, own.key);
    expect(tls.cert.toString()).toContain(other.cert);
  });

  it.each<[string, () => [cert: string | Buffer, key: string | Buffer], RegExp, RegExp]>([
    ['another key', () => [own.cert, other.key], /is not that of the first certificate/, /made together/],
    ['the chain in the wrong order', () => [`${other.cert}\n${own.cert}`, own.key], /is not that of/, /comes first/],
    ['the two swapped', () => [own.key, own.cert], /certFile holds no certificate in PEM/, /fullchain\.pem/],
    ['twice the certificate', () => [own.cert, own.cert], /keyFile holds no private key in PEM/, /privkey\.pem/],
    ['an empty certificate', () => ['', own.key], /certFile holds no certificate in PEM/, /fullchain\.pem/],
    ['an empty key', () => [own.cert, ''], /keyFile holds no private key in PEM/, /privkey\.pem/],
    ['a certificate in DER', () => [new X509Certificate(own.cert).raw, own.key], /no certificate in PEM/, /fullchain/],
    ['a key in DER', () => [own.cert, derOf(own.key)], /no private key in PEM/, /privkey/],
    ['an encrypted key', () => [own.cert, encrypted(own.key)], /keyFile is encrypted/, /openssl pkey/],
    ['an old encrypted key', () => [own.cert, oldEncrypted(own.key)], /keyFile is encrypted/, /openssl pkey/],
    ['a public key', () => [own.cert, publicOf(own.key)], /no private key in PEM/, /privkey/],
    ['a broken chain', () => [`${own.cert}\n${broken(other.cert)}`, own.key], /OpenSSL refuses/, /whole PEM/],
  ])('are refused with %s', async (_, files, message, advice) => {
    const reason: unknown = await read(...files()).catch((error: unknown) => error);
    expect(reason).toMatchObject({ code: 'CONFIG_INVALID' });
    const { message: said, advice: told } = reason as { message: string; advice: string };
    expect(said).toMatch(message);
    expect(told).toMatch(advice);
    expect(said + told).not.toContain(folder);
    expect(said + told).not.toMatch(/BEGIN|[\w+/]{40}/);
  });

  it.each([
    ['is not there', 'missing.pem', /there is no such file/],
    ['is a folder', '', /it is a folder/],
  ])('are refused when one of them %s', async (_, name, message) => {
    const there = join(folder, 'there.pem');
    await writeFile(there, own.cert);
    const parts = { clock: new ManualClock(START), log: createLog({ level: 'silent' }) };
    const bad = join(folder, name);
    for (const [files, option] of [
      [{ certFile: bad, keyFile: there }, 'server.tls.certFile'],
      [{ certFile: there, keyFile: bad }, 'server.tls.keyFile'],
    ] as const) {
      const reason: unknown = await readTls(files, parts).catch((error: unknown) => error);
      expect(reason).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) as unknown });
      expect(reason).toMatchObject({ message: expect.stringContaining(option) as unknown });
      expect((reason as Error).message).not.toContain(folder);
    }
  });

  it.each([
    ['expired', START + 2 * DAY_MS, 'the TLS certificate has expired'],
    ['not valid yet', START - 2 * DAY_MS, 'the TLS certificate is not valid yet'],
  ])('serve with a certificate that is %s, and the log says so', async (_, now, msg) => {
    const { lines } = await read(own.cert, own.key, now);
    expect(lines).toEqual([expect.objectContaining({ level: 40, msg, advice: expect.any(String) as unknown })]);
  });
});

const derOf = (key: string): Buffer => createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
const encrypted = (key: string): string =>
  createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
const oldEncrypted = (key: string): string =>
  createPrivateKey(key).export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
const publicOf = (key: string): string =>
  createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('PRIVATE', 'PUBLIC');
const broken = (cert: string): string => cert.replace(/\n.{20}/, '\n--------------------');
